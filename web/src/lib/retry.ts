/** When to try again: full jitter, 0.5 s doubling to 15 s; what the server asked for is kept, times 1 to 1.3. */
export const FIRST_MS = 500;
export const MOST_MS = 15_000;

export function backoff(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.max(100, random() * ceiling);
}

/** Milliseconds behind a Retry-After header (seconds), null where there is none. */
export function retryAfter(header: string | null, random: () => number = Math.random): number | null {
  const seconds = header === null ? NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 * (1 + 0.3 * random()) : null;
}
