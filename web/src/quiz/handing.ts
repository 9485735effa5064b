/** Handing in: waits for the save in flight, sends everything once more under the attempt's key, and does not give up. */
import { NoAnswer, Refusal } from "../lib/api/problem.ts";
import type { Head } from "../lib/api/types.ts";
import { backoff } from "../lib/retry.ts";
import { printOf } from "./receipt.ts";
import type { Receipt } from "./shelf.ts";
import type { Transport } from "./transport.ts";

/** `complete`: the receipt stands for exactly what this device holds. `state`: `abandoned` has no receipt. */
export interface Outcome {
  receipt: Receipt | null;
  complete: boolean;
  state: "submitted" | "abandoned";
  /** Choices of this device that the receipt does not hold. */
  lost: number;
}

export interface Body {
  writer: number;
  seq: number;
  answers: Record<string, string[]>;
  prediction: number | null;
}

export interface HandingHooks {
  transport: Transport;
  attempt: string;
  /** No save is in flight any more. */
  settled: () => Promise<void>;
  /** Null without the pen: then the one who holds it hands in, and this device waits for the outcome. */
  body: () => Body | null;
  credential: () => string | null;
  withSession: <T>(ask: (credential: string | null) => Promise<T>) => Promise<T>;
  /** Gets a new credential for a paper that is still open. */
  renew: () => Promise<void>;
  /** True where there is time left after all, and work goes on. */
  again: () => boolean;
  heard: (head: Head) => void;
  estimated: () => boolean;
  done: (outcome: Outcome) => void;
  changed: () => void;
}

export interface Waiting {
  /** Steady clock. */
  until: number;
  busy: boolean;
}

export class Handing {
  waiting: Waiting | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private stopped = false;
  private last: Body | null = null;
  private readonly onback = () => this.kick();

  constructor(private readonly hooks: HandingHooks) {
    addEventListener("online", this.onback);
    document.addEventListener("visibilitychange", this.onback);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    removeEventListener("online", this.onback);
    document.removeEventListener("visibilitychange", this.onback);
  }

  /** Tries now, unless the server said when; a try that is under way and fails is followed by another soon. */
  kick(): void {
    if (this.waiting?.busy || document.hidden) return;
    this.failures = 0;
    if (!this.waiting) return;
    clearTimeout(this.timer);
    void this.run();
  }

  async run(): Promise<void> {
    this.waiting = null;
    try {
      await this.hooks.settled();
      if (this.hooks.estimated()) {
        this.hooks.heard(await this.look());
        if (this.hooks.again()) return this.stop();
      }
      await this.send();
    } catch (error) {
      this.failed(error);
    }
  }

  private async send(): Promise<void> {
    const { transport, attempt } = this.hooks;
    const body = this.hooks.body();
    if (!body) return this.over(false);
    this.last = body;
    const path = `attempts/${attempt}/submission`;
    const credential = this.hooks.credential();
    try {
      await this.finish(await transport.ask<Receipt>({ method: "POST", path, body, credential, key: attempt }));
    } catch (error) {
      if (error instanceof Refusal && (error.status === 410 || error.status === 401))
        await this.over(error.status === 401);
      else throw error;
    }
  }

  /** It is over, or the credential is: the head says how it ended, and the receipt is asked for. */
  private async over(credentialEnded: boolean): Promise<void> {
    const head = await this.look();
    if (head.state === "open") {
      this.hooks.heard(head);
      if (this.hooks.again()) return this.stop();
      if (credentialEnded) await this.hooks.renew();
      // Its time has run out and the system has not yet collected it, or another device is about to hand it in.
      throw new NoAnswer("not collected yet");
    }
    if (head.state === "abandoned") {
      this.hooks.done({ receipt: null, complete: false, state: "abandoned", lost: 0 });
      return;
    }
    const path = `attempts/${this.hooks.attempt}/receipt`;
    const { transport, withSession } = this.hooks;
    await this.finish(await withSession((credential) => transport.ask<Receipt>({ method: "GET", path, credential })));
  }

  private look(): Promise<Head> {
    const path = `attempts/${this.hooks.attempt}/head`;
    const { transport, withSession } = this.hooks;
    return withSession((credential) => transport.ask<Head>({ method: "GET", path, credential }));
  }

  private async finish(receipt: Receipt): Promise<void> {
    this.hooks.done({ receipt, complete: await this.holdsEverything(receipt), state: "submitted", lost: 0 });
  }

  /** Whether the receipt stands for exactly what this device sent last. */
  private async holdsEverything(receipt: Receipt): Promise<boolean> {
    if (!this.last) return false;
    const said = JSON.parse(receipt.receipt) as { answers_sha256: string; answered: number; how: string };
    const own = await printOf(this.last.answers, this.last.prediction);
    if (own !== null) return own === said.answers_sha256;
    // No SubtleCrypto outside a secure context: the numbers have to do.
    const answered = Object.values(this.last.answers).filter((options) => options.length > 0).length;
    return said.how === "by_hand" && said.answered === answered;
  }

  private failed(error: unknown): void {
    if (this.stopped) return;
    if (!(error instanceof Refusal || error instanceof NoAnswer)) throw error;
    this.failures += 1;
    const asked = error instanceof Refusal ? error.retryMs : null;
    const wait = asked ?? backoff(this.failures);
    this.waiting = { until: performance.now() + wait, busy: asked !== null };
    this.timer = setTimeout(() => void this.run(), wait);
    this.hooks.changed();
  }
}
