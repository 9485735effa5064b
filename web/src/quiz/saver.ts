/**
 * When the next save leaves: the pause after the last choice, yet never later than four pauses after the first one that
 * waits; one save in flight; after a failure by full jitter, after Retry-After not before it has passed.
 */
import { NoAnswer, Refusal } from "../lib/api/problem.ts";
import { backoff } from "../lib/retry.ts";

export type Link = "ok" | "failing" | "busy";

export interface SaverHooks {
  /** Sends what is pending and settles when it is answered; false where nothing was pending. */
  send: (keepalive: boolean) => Promise<boolean>;
  pending: () => boolean;
  /** A refusal that trying again does not help. */
  refused: (refusal: Refusal) => void;
  changed: () => void;
}

export class Saver {
  /** Milliseconds between saves, as the server last asked. */
  every = 400;
  link: Link = "ok";
  private inFlight: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private notBefore = 0;
  private asked = false;
  private lastChange = 0;
  private firstChange = 0;
  private stopped = false;

  constructor(private readonly hooks: SaverHooks) {}

  /** Something was chosen. */
  changed(): void {
    const now = performance.now();
    this.lastChange = now;
    if (!this.firstChange) this.firstChange = now;
    this.schedule();
  }

  /**
   * The network came back or the page is shown again: at once, yet never before a Retry-After has passed. A save that is
   * in flight and fails is followed by another soon.
   */
  kick(): void {
    if (!this.asked || this.inFlight) this.notBefore = this.failures = 0;
    this.lastChange = this.firstChange = 0;
    this.schedule();
  }

  /** The page is being hidden or left. */
  leave(): void {
    if (!this.inFlight && this.hooks.pending() && performance.now() >= this.notBefore) this.fly(true);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  resume(): void {
    this.stopped = false;
    this.schedule();
  }

  /** Resolves when no save is in flight. */
  async settled(): Promise<void> {
    await this.inFlight;
  }

  private schedule(): void {
    if (this.stopped || this.inFlight || !this.hooks.pending()) return;
    const due = Math.min(this.lastChange + this.every, this.firstChange + 4 * this.every);
    const wait = Math.max(due, this.notBefore) - performance.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fly(false), Math.max(0, wait));
  }

  private fly(keepalive: boolean): void {
    clearTimeout(this.timer);
    this.firstChange = 0;
    this.inFlight = this.attempt(keepalive).finally(() => {
      this.inFlight = null;
      if (!this.firstChange) this.firstChange = this.lastChange = performance.now();
      this.schedule();
    });
  }

  private async attempt(keepalive: boolean): Promise<void> {
    try {
      await this.hooks.send(keepalive);
      this.failures = 0;
      this.notBefore = 0;
      this.asked = false;
      this.link = "ok";
    } catch (error) {
      this.failed(error);
    }
    this.hooks.changed();
  }

  private failed(error: unknown): void {
    if (error instanceof Refusal && !error.passing) {
      this.hooks.refused(error);
      return;
    }
    if (!(error instanceof Refusal || error instanceof NoAnswer)) throw error;
    this.failures += 1;
    const asked = error instanceof Refusal ? error.retryMs : null;
    this.asked = asked !== null;
    this.link = error instanceof Refusal ? "busy" : "failing";
    this.notBefore = performance.now() + (asked ?? backoff(this.failures));
  }
}
