/** Starting a paper: one key until it is answered, so that five presses and ten retries are one attempt. */
import { NoAnswer, Refusal } from "../lib/api/problem.ts";
import type { Paper } from "../lib/api/types.ts";
import { backoff } from "../lib/retry.ts";
import type { Store } from "../lib/store.ts";
import { uuid } from "../lib/uuid.ts";
import type { Transport } from "./transport.ts";

export type StartState =
  | { is: "idle" }
  | { is: "sending" }
  /** Tries again by itself at `until` (steady clock). `busy`: the system said so; otherwise no answer came. */
  | { is: "waiting"; until: number; busy: boolean }
  | { is: "refused"; refusal: Refusal };

export class Start {
  state: StartState = { is: "idle" };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  /** `key`: where the Idempotency-Key is kept. `path`: what is asked for, such as `contests/x/attempts`. */
  constructor(
    private readonly transport: Transport,
    private readonly store: Store,
    private readonly key: string,
    private readonly path: string,
    private readonly hooks: { changed: () => void; started: (paper: Paper) => void },
  ) {}

  press(): void {
    if (this.state.is === "sending" || this.state.is === "waiting") return;
    this.failures = 0;
    void this.send();
  }

  /** Gives up waiting. The key stays: the next press asks for the same attempt. */
  stop(): void {
    clearTimeout(this.timer);
    this.set({ is: "idle" });
  }

  private async send(): Promise<void> {
    this.set({ is: "sending" });
    const key = this.store.text(this.key) ?? uuid();
    this.store.setText(this.key, key);
    try {
      const place = this.store.text(this.place);
      const paper = await this.transport.ask<Paper>({ method: "POST", path: this.path, key, place });
      this.hooks.started(paper);
      // Only now: with the paper on the device a repeat of the key would have nothing left to ask for.
      this.forget();
      this.set({ is: "idle" });
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    if (error instanceof Refusal && !error.passing) {
      this.forget();
      this.set({ is: "refused", refusal: error });
      return;
    }
    if (!(error instanceof Refusal || error instanceof NoAnswer)) throw error;
    this.failures += 1;
    const place = error instanceof Refusal ? error.problem["first_refused"] : null;
    if (typeof place === "string" && place) this.store.setText(this.place, place);
    const wait = (error instanceof Refusal ? error.retryMs : null) ?? backoff(this.failures);
    this.set({ is: "waiting", until: performance.now() + wait, busy: error instanceof Refusal });
    this.timer = setTimeout(() => void this.send(), wait);
  }

  /** Where the place in the line is kept, so that it outlives a reload. */
  private get place(): string {
    return `${this.key}.place`;
  }

  private forget(): void {
    this.store.remove(this.key);
    this.store.remove(this.place);
  }

  private set(state: StartState): void {
    this.state = state;
    this.hooks.changed();
  }
}
