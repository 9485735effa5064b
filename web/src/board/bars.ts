/** Numbers over time as bars: gaps filled, the running bar marked, an axis with round numbers. */
import type { Bucket, Count } from "#lib/board.ts";

export interface Bar {
  /** Local start: `2023-09-01` or `2023-09-01T20`. */
  at: string;
  value: Count;
  /** The day or hour is not over yet. */
  running: boolean;
}

const HOUR_MS = 3_600_000;

const toUtc = (at: string) => Date.parse(at.length > 10 ? `${at}:00:00Z` : `${at}T00:00:00Z`);
const fromUtc = (ms: number, length: number) => new Date(ms).toISOString().slice(0, length);

/** `now`: the local start of the running day or hour, or null when nothing runs. `most`: only the newest of them. */
export function bars(
  buckets: readonly Bucket[],
  what: "attempts" | "registrants",
  now: string | null,
  most = 1000,
): Bar[] {
  const first = buckets[0]?.at;
  if (!first) return [];
  const step = first.length > 10 ? HOUR_MS : 24 * HOUR_MS;
  const known = new Map(buckets.map((bucket) => [bucket.at, bucket[what] ?? null]));
  const last = [buckets.at(-1)?.at ?? first, now ?? first].reduce((a, b) => (a > b ? a : b));
  const found: Bar[] = [];
  for (let ms = Math.max(toUtc(first), toUtc(last) - (most - 1) * step); ms <= toUtc(last); ms += step) {
    const at = fromUtc(ms, first.length);
    found.push({ at, value: known.has(at) ? (known.get(at) ?? null) : 0, running: at === now });
  }
  return found;
}

/** The top of an axis: 1, 2, 2.5 or 5 times a power of ten, at least `most`; its half is a whole number. */
export function niceTop(most: number): number {
  if (most <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(most));
  for (const factor of [1, 2, 4, 5, 10])
    if (factor * power >= most && (factor * power) % 2 === 0) return factor * power;
  return 10 * power;
}

/** Which bars carry a label, so that labels of `width` pixels do not touch: every nth, counted from the last. */
export function labelled(count: number, room: number, width: number): Set<number> {
  const every = Math.max(1, Math.ceil((width * count) / Math.max(1, room)));
  const found = new Set<number>();
  for (let n = count - 1; n >= 0; n -= every) found.add(n);
  return found;
}
