/** A call that waits out overload and bad networks by itself, and can be watched and stopped while it does. */
import { NoAnswer, Refusal } from "./api/problem.ts";
import { backoff } from "./retry.ts";

export interface Pause {
  seconds: number;
  busy: boolean;
}

export class Stopped extends Error {}

/** Calls until there is an answer that trying again does not change. `pause` counts down; null while calling. */
export async function repeat<T>(
  call: () => Promise<T>,
  pause: (state: Pause | null) => void,
  stop?: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    pause(null);
    try {
      return await call();
    } catch (error) {
      // `fetch` and `import()` say TypeError where there is no network, and a time that ran out is a DOMException.
      const passing =
        error instanceof NoAnswer ||
        error instanceof TypeError ||
        error instanceof DOMException ||
        (error instanceof Refusal && error.status >= 500);
      if (!passing) throw error;
      const wait = (error instanceof Refusal ? error.retryMs : null) ?? Math.max(1000, backoff(failures));
      await countdown(wait, (seconds) => pause({ seconds, busy: error instanceof Refusal }), stop);
    }
  }
}

function countdown(ms: number, tell: (seconds: number) => void, stop?: AbortSignal): Promise<void> {
  const until = performance.now() + ms;
  return new Promise((resolve, reject) => {
    const step = () => {
      const left = until - performance.now();
      if (stop?.aborted) reject(new Stopped());
      else if (left <= 0) resolve();
      else {
        tell(Math.ceil(left / 1000));
        setTimeout(step, Math.min(left, 500));
      }
    };
    step();
  });
}
