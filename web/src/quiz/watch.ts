/** When a paper looks at its head and its clock: every 15 s while shown, on return, when the network comes back. */
const HEAD_MS = 15_000;
const TICK_MS = 500;

export class Watch {
  private readonly stopping = new AbortController();
  private head: ReturnType<typeof setTimeout> | undefined;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private asking = false;
  private lastSoon = -Infinity;

  constructor(
    private readonly look: () => Promise<void>,
    private readonly tick: () => void,
    private readonly back: () => void,
    private readonly leave: () => void,
  ) {}

  start(): void {
    const { signal } = this.stopping;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.leave() : this.returned()), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.returned(), { signal });
    addEventListener("pagehide", () => this.leave(), { signal });
    addEventListener("online", () => this.returned(), { signal });
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    void this.ask();
  }

  stop(): void {
    this.stopping.abort();
    clearTimeout(this.head);
    clearInterval(this.ticking);
  }

  /** Asks now, at most every two seconds. */
  soon(): void {
    if (this.asking || performance.now() - this.lastSoon < 2000) return;
    this.lastSoon = performance.now();
    void this.ask();
  }

  private returned(): void {
    this.back();
    // Also where a look is under way: it may have begun without a network.
    void this.ask();
  }

  private async ask(): Promise<void> {
    clearTimeout(this.head);
    this.asking = true;
    try {
      if (!document.hidden) await this.look();
    } finally {
      this.asking = false;
      clearTimeout(this.head);
      if (!this.stopping.signal.aborted) this.head = setTimeout(() => void this.ask(), HEAD_MS);
    }
  }
}
