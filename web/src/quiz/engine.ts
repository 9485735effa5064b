/**
 * One paper on this device: choosing, saving, the server's clock, the pen, handing in. No view library: views subscribe
 * and read. What is chosen lies on the device before anything is sent; a tick means a committed save.
 */
import { NoAnswer, Refusal } from "../lib/api/problem.ts";
import type { Head, Paper, Saved } from "../lib/api/types.ts";
import { Clock } from "../lib/clock.ts";
import { Answers, PREDICTION, unwire, wire, type Mark, type Value } from "./answers.ts";
import { Handing, type Outcome } from "./handing.ts";
import { Saver } from "./saver.ts";
import { Shelf, type Sheet } from "./shelf.ts";
import { TabLock } from "./tabs.ts";
import { Transport, type Fetch } from "./transport.ts";
import { Watch } from "./watch.ts";

/** `time-up`: inputs are locked, the paper is being handed in. `gone`: the service knows no such paper. */
export type Phase = "answering" | "handing-in" | "time-up" | "done" | "gone";
/** `elsewhere`: another device or tab writes. */
export type Pen = "held" | "elsewhere" | "taking";

export interface Options {
  shelf?: Shelf;
  fetch?: Fetch;
  clock?: Clock;
  /** Tabs of one device: left out, the engine is alone (tests). */
  tabs?: boolean;
}

export class Engine {
  phase: Phase = "answering";
  pen: Pen = "held";
  /** The session is needed and lost: sign in over the page, then `signedIn`. */
  needsSession = false;
  /** Keys whose value another device had changed when the pen was taken back. */
  overruled: string[] = [];
  /** The end moved while the page was open. */
  moved: { from: number; to: number } | null = null;
  /** A refusal nobody foresaw, with an id to quote. */
  fault: Refusal | null = null;
  outcome: Outcome | null = null;
  endsAt: number;

  readonly clock: Clock;
  readonly sheet: Sheet;
  readonly saver: Saver;
  private readonly transport: Transport;
  private readonly shelf: Shelf;
  private readonly watch: Watch;
  private readonly tab: TabLock | null;
  private readonly listeners = new Set<() => void>();
  private handing: Handing | null = null;
  /** Server time of the newest head. */
  private headAt = 0;

  private constructor(
    sheet: Sheet,
    private answers: Answers,
    private writer: number,
    private credential: string | null,
    endsAt: string,
    private flags: Set<string>,
    options: Options & { shelf: Shelf; clock: Clock; transport: Transport },
  ) {
    this.sheet = sheet;
    this.endsAt = Date.parse(endsAt);
    this.shelf = options.shelf;
    this.clock = options.clock;
    this.transport = options.transport;
    this.saver = new Saver({
      send: (keepalive) => this.save(keepalive),
      pending: () => this.phase === "answering" && this.pen === "held" && this.answers.pendingKeys.length > 0,
      refused: (refusal) => this.refused(refusal),
      changed: () => this.tell(),
    });
    this.watch = new Watch(
      () => this.look(),
      () => this.tick(),
      () => this.saver.kick(),
      () => this.saver.leave(),
    );
    this.tab = options.tabs ? new TabLock(`hoithi.${sheet.id}`, () => this.lostPen()) : null;
  }

  /** A paper as a start or taking the pen gives it. */
  static open(paper: Paper, options: Options = {}): Engine {
    const parts = assemble(options);
    const made = new Engine(
      paper,
      Answers.fromServer(unwire(paper)),
      paper.writer,
      paper.credential,
      paper.ends_at,
      new Set(),
      parts,
    );
    made.clock.sync(paper.now, performance.now());
    made.saver.every = paper.save_every;
    parts.shelf.putSheet(paper);
    made.keep();
    return made;
  }

  /** A paper that lies on this device; null where none does. Needs no network. */
  static reopen(attempt: string, options: Options = {}): Engine | null {
    const shelf = options.shelf ?? new Shelf();
    const [sheet, work] = [shelf.sheet(attempt), shelf.work(attempt)];
    if (!sheet || !work) return null;
    const clock = options.clock ?? new Clock(undefined, work.wallOffset);
    const parts = assemble({ ...options, shelf, clock });
    return new Engine(
      sheet,
      new Answers(work.kept),
      work.writer,
      work.credential,
      work.endsAt,
      new Set(work.flags),
      parts,
    );
  }

  /** Begins to live: claims the tab, asks the server where the paper stands, follows the time. */
  async run(): Promise<void> {
    const claim = (await this.tab?.claim()) ?? "mine";
    if (claim === "elsewhere") this.lostPen();
    this.watch.start();
    if (claim === "unknown") await this.takePen();
    this.saver.resume();
  }

  stop(): void {
    this.watch.stop();
    this.saver.stop();
    this.handing?.stop();
    this.tab?.drop();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // ---- what views read ---------------------------------------------------------------------------------------------

  value(key: string): Value {
    return this.answers.value(key);
  }

  mark(key: string): Mark {
    return this.answers.mark(key);
  }

  flagged(key: string): boolean {
    return this.flags.has(key);
  }

  get locked(): boolean {
    return this.phase !== "answering" || this.pen !== "held";
  }

  /** Questions whose answer is durable, and those that have one at all. */
  get counts(): { saved: number; answered: number; pending: number; questions: number } {
    let [saved, answered] = [0, 0];
    for (const { id } of this.sheet.questions) {
      if (this.mark(id) === "saved") saved += 1;
      if (this.value(id).length) answered += 1;
    }
    return { saved, answered, pending: this.answers.pendingKeys.length, questions: this.sheet.questions.length };
  }

  get remaining(): number {
    return this.endsAt - this.clock.now();
  }

  /** What is chosen survives this tab. */
  get durable(): boolean {
    return this.shelf.durable;
  }

  /** Why the handing-in waits, if it does. */
  get waiting() {
    return this.handing?.waiting ?? null;
  }

  // ---- what people do ----------------------------------------------------------------------------------------------

  choose(key: string, value: Value): void {
    if (this.locked || !this.answers.choose(key, value)) return;
    this.keep();
    this.saver.changed();
    this.tell();
  }

  predict(digits: string): void {
    this.choose(PREDICTION, [digits]);
  }

  flag(key: string, on: boolean): void {
    if (on) this.flags.add(key);
    else this.flags.delete(key);
    this.keep();
    this.tell();
  }

  submit(): void {
    if (this.phase === "answering" && this.pen === "held") this.handIn("handing-in");
  }

  /** Makes this device the one that writes; what waits here is merged question by question. */
  async takePen(): Promise<void> {
    this.pen = "taking";
    this.tell();
    try {
      await this.tab?.claim(true);
      const path = `attempts/${this.sheet.id}/pen`;
      this.took(
        await this.withSession((credential) => this.transport.ask<Paper>({ method: "POST", path, credential })),
      );
    } catch (error) {
      this.pen = "elsewhere";
      if (error instanceof Refusal && !error.passing) this.refused(error);
    }
    this.tell();
  }

  /** Somebody signed in over the page: this device writes on with a new credential. */
  async signedIn(): Promise<void> {
    this.needsSession = false;
    this.credential = null;
    await this.takePen();
    if (this.handing) this.handing.kick();
  }

  dismiss(what: "moved" | "overruled"): void {
    if (what === "moved") this.moved = null;
    else this.overruled = [];
    this.tell();
  }

  /** The contest's window changed: the paper's end may have moved. */
  async look(): Promise<void> {
    if (this.phase === "done" || this.phase === "gone") return;
    try {
      const path = `attempts/${this.sheet.id}/head`;
      this.heard(await this.withSession((credential) => this.transport.ask<Head>({ method: "GET", path, credential })));
    } catch (error) {
      if (error instanceof Refusal && !error.passing) this.refused(error);
    }
    this.tick();
    this.tell();
  }

  // ---- inside ------------------------------------------------------------------------------------------------------

  private async save(keepalive: boolean): Promise<boolean> {
    const batch = this.answers.take();
    if (!batch) return false;
    // The number is on the device before it is used: reused with other answers, it would be acknowledged and ignored.
    this.keep();
    this.tell();
    const body = { writer: this.writer, seq: batch.seq, ...wire(batch.values) };
    const path = `attempts/${this.sheet.id}/answers`;
    const { credential } = this;
    const saved = await this.transport.ask<Saved>({ method: "PUT", path, body, credential, keepalive });
    this.answers.acknowledge(batch);
    this.saver.every = saved.save_every;
    this.endMoved(saved.ends_at);
    this.keep();
    return true;
  }

  private heard(head: Head): void {
    // Two looks may overlap: what the earlier one says later is old, and an old end would hand the paper in.
    const at = Date.parse(head.now);
    if (at < this.headAt) return;
    this.headAt = at;
    this.endMoved(head.ends_at);
    if (head.state !== "open") this.handIn("time-up");
    else if (head.writer !== this.writer) this.lostPen();
  }

  private took(paper: Paper): void {
    const keys = [...this.sheet.questions.map((question) => question.id), PREDICTION];
    this.overruled = this.answers.merge(unwire(paper), keys);
    this.writer = paper.writer;
    this.credential = paper.credential ?? this.credential;
    this.saver.every = paper.save_every;
    this.pen = "held";
    this.needsSession = false;
    this.endMoved(paper.ends_at);
    this.keep();
    this.saver.resume();
    this.saver.kick();
  }

  private lostPen(): void {
    if (this.pen === "taking" || this.phase === "done") return;
    this.pen = "elsewhere";
    this.saver.stop();
    this.tell();
  }

  private refused(refusal: Refusal): void {
    if (refusal.status === 409) this.lostPen();
    else if (refusal.status === 410) this.handIn("time-up");
    else if (refusal.status === 401) void this.renew();
    else if (refusal.status === 404) this.phase = "gone";
    else this.fault = refusal;
    this.tell();
  }

  /** The credential ended (its paper was extended, or the keys changed): the session gives a new one. */
  private async renew(): Promise<void> {
    if (this.needsSession || this.pen === "taking") return;
    this.credential = null;
    await this.takePen();
  }

  /** By credential, and where that is refused by the cookie. */
  private async withSession<T>(ask: (credential: string | null) => Promise<T>): Promise<T> {
    try {
      return await ask(this.credential);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
    }
    try {
      return await ask(null);
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) {
        this.needsSession = true;
        this.tell();
        throw new NoAnswer("no session");
      }
      throw error;
    }
  }

  private endMoved(iso: string): void {
    const end = Date.parse(iso);
    if (end === this.endsAt) return;
    this.moved = { from: this.endsAt, to: end };
    this.endsAt = end;
    this.keep();
  }

  /** Time is up by the server's clock only: an estimate or a clock that slept asks first. */
  private tick(): void {
    if (this.clock.drifted() && !this.clock.estimated) this.watch.soon();
    if (this.phase !== "answering" || this.remaining > 0) return this.tell();
    if (this.clock.drifted()) return;
    this.handIn("time-up");
  }

  private handIn(phase: "handing-in" | "time-up"): void {
    if (this.phase !== "answering") return;
    this.phase = phase;
    this.handing = new Handing({
      transport: this.transport,
      attempt: this.sheet.id,
      settled: () => this.saver.settled(),
      body: () => this.lastWords(),
      credential: () => this.credential,
      withSession: (ask) => this.withSession(ask),
      renew: () => this.takePen(),
      // A time that was only estimated, or an end that moved: back to work.
      again: () => phase === "time-up" && this.pen !== "taking" && this.remaining > 1000 && this.backToWork(),
      heard: (head) => head.state === "open" && this.endMoved(head.ends_at),
      estimated: () => this.clock.estimated,
      done: (outcome) => this.finish(outcome),
      changed: () => this.tell(),
    });
    void this.handing.run();
    this.tell();
  }

  private lastWords() {
    if (this.pen !== "held") return null;
    const batch = this.answers.takeAll();
    this.keep();
    return { writer: this.writer, seq: batch.seq, ...wire(batch.values) };
  }

  private backToWork(): boolean {
    this.handing = null;
    this.phase = "answering";
    this.saver.resume();
    this.tell();
    return true;
  }

  private finish(outcome: Outcome): void {
    this.outcome = { ...outcome, lost: outcome.complete ? 0 : this.answers.pendingKeys.length };
    this.phase = "done";
    this.shelf.finish(this.sheet.id, outcome.receipt);
    this.stop();
    this.tell();
  }

  private keep(): void {
    const { writer, credential, flags } = this;
    const endsAt = new Date(this.endsAt).toISOString();
    const kept = this.answers.keep();
    this.shelf.putWork(this.sheet.id, {
      kept,
      writer,
      credential,
      endsAt,
      wallOffset: this.clock.wallOffset,
      flags: [...flags],
    });
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

function assemble(options: Options) {
  const clock = options.clock ?? new Clock();
  return { ...options, clock, shelf: options.shelf ?? new Shelf(), transport: new Transport(clock, options.fetch) };
}
