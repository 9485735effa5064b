/** Follows the contest's `window.json`: a small public file that arrives even when everything else is shed. */
export interface Window {
  opens: string;
  closes: string;
  version: number;
  reason: string | null;
}

/** At least, and less than twice that: with the way of a look, within the five seconds of a moved deadline. */
const PAUSE_MS = 2000;
/** A connection that stands still must not end the following. */
const PATIENCE_MS = 10_000;

/**
 * Calls `moved` when the version differs from the one seen before; `first` where the very first look saw it, so that
 * nothing can have moved. Without an answer it asks on at the same pace, and at once when the network is back. Returns
 * what stops it. Hidden pages do not ask.
 */
export function followWindow(segment: string, moved: (window: Window, first: boolean) => void): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen: number | undefined;
  // Looks overlap where the network came back during one: what an earlier one says later is old.
  let looks = 0;
  let newest = 0;

  async function look(): Promise<Window | false> {
    const init = { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE_MS) } as const;
    const response = await fetch(`/data/contests/${segment}/window.json`, init);
    return response.ok && ((await response.json()) as Window);
  }

  async function run(): Promise<void> {
    const mine = (looks += 1);
    if (!document.hidden) {
      const window = await look().catch(() => false as const);
      if (signal.aborted || mine < newest) return;
      newest = mine;
      if (window && window.version !== seen) {
        seen = window.version;
        moved(window, mine === 1);
      }
    }
    clearTimeout(timer);
    timer = setTimeout(run, PAUSE_MS * (1 + Math.random()));
  }

  const now = () => void run();
  document.addEventListener("visibilitychange", now, { signal });
  addEventListener("online", now, { signal });
  now();
  return () => {
    stopping.abort();
    clearTimeout(timer);
  };
}
