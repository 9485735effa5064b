/**
 * The server's time on this device. While there is network only `performance.now()` carries it on from the last answer;
 * the phone's own clock is used in one case: reopened without network, where nothing else is left, and `estimated` says so.
 */
export interface Ticks {
  /** Milliseconds that only ever rise. */
  steady(): number;
  /** The phone's own clock, Unix milliseconds. */
  wall(): number;
}

export const deviceTicks: Ticks = { steady: () => performance.now(), wall: () => Date.now() };

/** More than this between the two clocks of the device: it slept, or somebody changed its time. */
const DRIFT_MS = 1500;

export class Clock {
  estimated = true;
  private offset: number;
  private gap: number;
  private quality = Infinity;

  /** `wallOffset`: server minus phone clock as it was known when the page was last open. */
  constructor(
    private readonly ticks: Ticks = deviceTicks,
    wallOffset = 0,
  ) {
    this.gap = ticks.wall() - ticks.steady();
    this.offset = this.gap + wallOffset;
  }

  /** Server time, Unix milliseconds. */
  now(): number {
    return this.ticks.steady() + this.offset;
  }

  /** Server minus phone clock, to be kept for a reopening without network. */
  get wallOffset(): number {
    return this.now() - this.ticks.wall();
  }

  /**
   * An answer with the server's `now` (ISO) came; the request had left at `sentAt` on the steady clock. The server
   * stamped it somewhere between: the middle is wrong by at most half the way, so a quick answer beats a slow one.
   */
  sync(serverNow: string, sentAt: number): void {
    const received = this.ticks.steady();
    const way = Math.max(0, received - sentAt);
    const offset = Date.parse(serverNow) + way / 2 - received;
    // Both can be right only if they lie within each other's error: a steady clock that stood still in sleep is not.
    const agrees = Math.abs(offset - this.offset) <= (way + this.quality) / 2 + 100;
    if (!this.estimated && !this.drifted() && agrees && way > this.quality) return;
    this.offset = offset;
    this.gap = this.ticks.wall() - this.ticks.steady();
    this.quality = way;
    this.estimated = false;
  }

  /** The two clocks of the device went apart since the last sync: ask the server before trusting either. */
  drifted(): boolean {
    return Math.abs(this.ticks.wall() - this.ticks.steady() - this.gap) > DRIFT_MS;
  }
}
