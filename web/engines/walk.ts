/** One contestant's way and the board, in one engine. Every tick that the page shows is looked up with the service. */
import { Screen, until, type Engine } from "./engine.ts";

/** What happens outside of the browser. */
export interface Outside {
  /** Takes the network away: nothing answers at the origin until `mend`. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Somebody else hands in a paper. */
  sit(): Promise<void>;
}

export interface Place {
  origin: string;
  contest: string;
}

interface Paper {
  id: string;
  state: string;
  answers: Record<string, string[]>;
}

const ALL = 19;
const LIVE_MS = 5000;
/** How many files the worker keeps; 0 while the page itself is not among them or not yet under the worker. */
const KEPT = `async () => {
  const kept = (await (await caches.open("thi-1")).keys()).map(({ url }) => new URL(url).pathname);
  return navigator.serviceWorker.controller !== null && kept.includes(location.pathname) ? kept.length : 0;
}`;
const QUIET_MS = 1000;

function equal(what: string, found: unknown, wanted: unknown): void {
  const [told, meant] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (told !== meant) throw new Error(`${what}: ${told} instead of ${meant}`);
}

export class Walk {
  private readonly screen: Screen;
  private readonly engine: Engine;
  private readonly place: Place;
  private readonly outside: Outside;
  /** Question → chosen option, as it was clicked. */
  private readonly chosen: Record<string, string[]> = {};

  constructor(engine: Engine, place: Place, outside: Outside) {
    this.engine = engine;
    this.screen = new Screen(engine);
    this.place = place;
    this.outside = outside;
  }

  /** Name and deed, in order; each stands on those before it. */
  readonly steps: [string, () => Promise<void>][] = [
    ["register", () => this.register()],
    ["start", () => this.start()],
    ["answer", () => this.answer()],
    ["offline", () => this.offline()],
    ["back online", () => this.online()],
    ["submit", () => this.submit()],
    ["receipt", () => this.receipt()],
    ["result", () => this.result()],
    ["board", () => this.board()],
  ];

  private async register(): Promise<void> {
    const { screen } = this;
    await this.engine.open(`${this.place.origin}/`);
    await screen.click("a", "Đăng ký dự thi");
    await screen.type("#name", "Nguyễn Thị Ẵm");
    for (const [part, value] of [
      ["day", "27"],
      ["month", "3"],
      ["year", "1990"],
    ] as const)
      // prettier-ignore
      await screen.type(`#birth-${part}`, value);
    await screen.click("label", "Người dân");
    await screen.type("[role=combobox]", "viet yen");
    await screen.click("[role=option]");
    for (const purpose of ["run_contest", "prevent_fraud"]) await screen.click(`#consent-${purpose}`);
    await this.fits();
    await screen.click("button", "Đăng ký");
    await screen.see("h1, h2", "lưu mã đăng nhập");
    const [number = "", code = ""] = (await screen.texts(".card .big")).map((text) => text.replaceAll(/\s/g, ""));
    equal(
      "digits of number and code",
      [number, code].map((text) => /^\d+$/.test(text) && text.length),
      [8, 12],
    );
    await screen.click("button", "Tôi đã lưu mã");
    await screen.type("#last4", code.slice(-4));
    await screen.click("button", "Vào thi");
    await screen.see("button", "Bắt đầu làm bài");
  }

  private async start(): Promise<void> {
    await this.screen.click("button", "Bắt đầu làm bài");
    await this.at(1);
    equal("attempts that the service has", (await this.papers()).length, 1);
    await this.fits();
  }

  private async answer(): Promise<void> {
    for (const n of [1, 2, 3]) await this.choose(n);
    await this.saved(3);
    equal("answers that the service has", (await this.stored()).answers, this.chosen);
  }

  /** Nothing answers any more: going on is possible, nothing is ticked, and a reload shows the paper as it was. */
  private async offline(): Promise<void> {
    await this.keptForReload();
    await this.outside.cut();
    for (const n of [4, 5, 6]) await this.choose(n);
    await this.screen.see("p", "Mất kết nối");
    equal("ticks without network", await this.screen.count("fieldset .mark.saved"), 0);
    equal("count of saved answers", (await this.screen.texts(".bar .saved"))[0]?.includes(`3/${ALL}`), true);
    await this.engine.reload();
    await this.at(6);
    equal("chosen after a reload", await this.checked(), this.chosen[await this.question()]);
    equal("ticks after a reload", await this.screen.count("fieldset .mark.saved"), 0);
  }

  private async online(): Promise<void> {
    await this.outside.mend();
    await this.saved(6);
    equal("answers that the service has", (await this.stored()).answers, this.chosen);
  }

  private async submit(): Promise<void> {
    await this.engine.run(`() => { location.hash = "xem-lai"; }`);
    await this.screen.type("#prediction", "12000");
    await this.screen.click(".stack .btn");
    await this.screen.see("h1", "Đã nộp bài");
    const paper = await this.stored();
    equal("state of the paper", paper.state, "submitted");
    equal("answers that were handed in", paper.answers, this.chosen);
    await this.fits();
  }

  private async receipt(): Promise<void> {
    await this.screen.see("main *", "Biên nhận khớp với mọi câu trả lời");
    await this.screen.click("a", "Kiểm tra biên nhận");
    await this.screen.see("main *", "Biên nhận thật");
    await this.fits();
  }

  private async result(): Promise<void> {
    await this.engine.open(`${this.place.origin}/ket-qua/`);
    await this.until("a score", `() => /\\d+\\/${ALL}/.test(document.querySelector("main").innerText)`, 20_000);
    await this.fits();
  }

  /** One number on the open page moves when somebody else hands in, without a reload. */
  private async board(): Promise<void> {
    await this.engine.open(`${this.place.origin}/so-lieu/?cuoc-thi=${this.place.contest}`);
    await this.screen.see("[data-fresh=live]");
    const told = (count: number) => until(`${count} attempts`, async () => (await this.attempts()) === count, LIVE_MS);
    await told(1);
    await this.engine.run("() => { window.same = true; }");
    await this.outside.sit();
    await told(2);
    equal("the page is the same one", await this.engine.run("() => window.same"), true);
    await this.fits();
  }

  private async choose(n: number): Promise<void> {
    await this.engine.run(`(n) => { location.hash = "cau-" + n; }`, n);
    await this.at(n);
    const option = n % 2;
    await this.engine.click(
      await this.engine.find("(n) => document.querySelectorAll('fieldset .choice')[n] ?? null", option),
    );
    const found = await this.checked();
    equal("options that are chosen by one click", found.length, 1);
    this.chosen[await this.question()] = found;
  }

  private async at(n: number): Promise<void> {
    await this.until(
      `question ${n}`,
      `(text) => document.querySelector("#question")?.innerText === text`,
      undefined,
      `Câu ${n}/${ALL}`,
    );
  }

  private async question(): Promise<string> {
    return (await this.engine.run("() => document.querySelector('fieldset .choice input').name")) as string;
  }

  private async checked(): Promise<string[]> {
    const source = "() => [...document.querySelectorAll('fieldset .choice input:checked')].map(({ value }) => value)";
    return (await this.engine.run(source)) as string[];
  }

  /** The worker keeps the page and has kept nothing more for a while. Whether it was enough, the reload says. */
  private async keptForReload(): Promise<void> {
    let before = 0;
    await until("a worker that keeps the page", async () => {
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      const last = before;
      before = (await this.engine.run(KEPT)) as number;
      return before > 0 && before === last;
    });
  }

  private async saved(n: number): Promise<void> {
    await this.screen.see(".bar .saved", `Đã lưu ${n}/${ALL}`);
    equal("tick on the question that is shown", await this.screen.count("fieldset .mark.saved"), 1);
  }

  private async attempts(): Promise<number> {
    return Number((await this.screen.texts("[data-count=attempts] dd"))[0]);
  }

  private async fits(): Promise<void> {
    equal("pixels by which the page is too wide", Math.max(0, await this.screen.sideways()), 0);
  }

  private async until(what: string, source: string, patience?: number, ...args: unknown[]): Promise<void> {
    await until(what, async () => (await this.engine.run(source, ...args)) === true, patience);
  }

  /** The service's own word, past the page. */
  private async ask<T>(path: string): Promise<T> {
    const cookie = `hoithi_session=${await this.engine.cookie("hoithi_session")}`;
    const answer = await fetch(`${this.place.origin}/api/quiz/v1/${path}`, { headers: { cookie } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  private papers(): Promise<Paper[]> {
    return this.ask(`contests/${this.place.contest}/attempts`);
  }

  private async stored(): Promise<Paper> {
    const [paper] = await this.papers();
    if (!paper) throw new Error("the service has no attempt");
    return this.ask(`attempts/${paper.id}`);
  }
}
