/** The board as it moves: the stream of totals, the file behind it, and how fresh both are. */
import { file, SCHEMA, type Board, type Totals } from "#lib/board.ts";
import { Stream, type Link } from "#lib/stream.ts";
import { store } from "#lib/store.ts";
import { freshness, fromBoard, isNewer, withBoard, withTotals, type Freshness, type Shown } from "./shown.ts";

/** Least pause between two readings of the file while the totals move. */
const FILE_MS = 10_000;
const FILE_JITTER_MS = 4000;

export class Live {
  board: Board;
  shown: Shown;
  link = $state<Link>("connecting");
  /** Server time by this device's steady clock, renewed every second. */
  now = $state(0);
  fresh = $state<Freshness>("fresh");
  private heardAt = performance.now();
  /** Since the stream was lost a newer file has come: the numbers move, so polling carries them. */
  private newer = true;
  private offset: number;
  private timer: number | undefined;
  private readAt = performance.now();

  constructor(
    readonly segment: string,
    board: Board,
    serverNow: number | null,
  ) {
    this.board = $state.raw(board);
    this.shown = $state.raw(fromBoard(board));
    this.offset = (serverNow ?? Date.now()) - performance.now();
    this.tick();
    setInterval(() => this.tick(), 1000);
    addEventListener("offline", () => this.tick());
    addEventListener("online", () => this.tick());
    new Stream<Totals>({
      url: `/api/stats/v1/contests/${segment}/stream`,
      poll: () => this.read().then(() => null),
      take: (totals) => this.take(totals),
      beat: () => this.heard(),
      link: (link) => {
        if (this.link === "live" || link === "live") this.heard();
        if (this.link === "live" && link !== "live") this.newer = false;
        this.link = link;
        this.tick();
      },
    });
  }

  private tick(): void {
    this.now = performance.now() + this.offset;
    const link = this.link === "polling" && !this.newer ? "connecting" : this.link;
    this.fresh = freshness(link, performance.now() - this.heardAt, navigator.onLine);
  }

  private heard(): void {
    this.heardAt = performance.now();
  }

  private take(totals: Totals): void {
    this.heard();
    this.shown = withTotals(this.shown, totals);
    if (totals.rev > this.board.rev) this.readSoon();
  }

  /** Units and charts follow the totals at a pace that costs a phone little. */
  private readSoon(): void {
    if (this.timer !== undefined) return;
    const pause = Math.max(0, this.readAt + FILE_MS - performance.now()) + Math.random() * FILE_JITTER_MS;
    this.timer = window.setTimeout(() => {
      this.timer = undefined;
      if (!document.hidden) void this.read().catch(() => undefined);
    }, pause);
  }

  private async read(): Promise<void> {
    this.readAt = performance.now();
    const answer = await file<Board>(`contests/${this.segment}/board.json`);
    if (!answer) return;
    if (answer.data.schema > SCHEMA) return newerPages();
    // The gateway gives the file while nobody renews it.
    if (isNewer(this.shown, answer.data)) this.newer = true;
    if (this.newer) this.heard();
    if (answer.now !== null) this.offset = answer.now - performance.now();
    if (answer.data.rev >= this.board.rev) this.board = answer.data;
    this.shown = withBoard(this.shown, answer.data);
    this.tick();
    if (this.shown.rev > this.board.rev) this.readSoon();
  }
}

/** These pages are older than the numbers: load the new ones, once an hour at most. */
function newerPages(): void {
  const last = Number(store.text("reloaded") ?? 0);
  if (Date.now() - last < 3_600_000) return;
  store.setText("reloaded", String(Date.now()));
  location.reload();
}
