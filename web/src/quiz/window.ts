/** Follows the contest's `window.json`: a small public file that arrives even when everything else is shed. */
export interface Window {
  opens: string;
  closes: string;
  version: number;
  reason: string | null;
}

const EVERY_MS = 3000;
const JITTER_MS = 1000;
/** Where the file is not to be had. */
const SLOW_MS = 15_000;

/** Calls `moved` when the version differs from the one seen before. Returns what stops it. Hidden pages do not ask. */
export function followWindow(
  segment: string,
  moved: (window: Window, first: boolean) => void,
  fetcher: (url: string, init: RequestInit) => Promise<Response> = (url, init) => fetch(url, init),
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen: number | undefined;
  let stopped = false;

  async function look(): Promise<boolean> {
    if (document.hidden) return true;
    const response = await fetcher(`/data/contests/${segment}/window.json`, { cache: "no-cache" });
    if (!response.ok) return false;
    const window = (await response.json()) as Window;
    if (stopped) return true;
    if (window.version !== seen) {
      const first = seen === undefined;
      seen = window.version;
      moved(window, first);
    }
    return true;
  }

  async function run(): Promise<void> {
    const there = await look().catch(() => false);
    const pause = (there ? EVERY_MS : SLOW_MS) - JITTER_MS + Math.random() * 2 * JITTER_MS;
    if (!stopped) timer = setTimeout(() => void run(), pause);
  }

  const shown = () => {
    if (document.hidden || stopped) return;
    clearTimeout(timer);
    void run();
  };
  document.addEventListener("visibilitychange", shown);
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", shown);
  };
}
