/** The engine alone, against a server written here: what it promises whatever the network does. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Clock } from "../lib/clock.ts";
import { Store } from "../lib/store.ts";
import { Engine } from "./engine.ts";
import { Shelf } from "./shelf.ts";
import { Start } from "./start.ts";
import { Transport } from "./transport.ts";

const START = Date.parse("2026-09-01T08:00:00Z");
const MINUTES = 20;

class Device implements Storage {
  readonly map = new Map<string, string>();
  get length() {
    return this.map.size;
  }
  clear = () => this.map.clear();
  key = (n: number) => [...this.map.keys()][n] ?? null;
  getItem = (key: string) => this.map.get(key) ?? null;
  setItem = (key: string, value: string) => void this.map.set(key, value);
  removeItem = (key: string) => void this.map.delete(key);
}

interface Save {
  writer: number;
  seq: number;
  answers: Record<string, string[]>;
  prediction: number | null;
}

/** What quiz does, with the faults a network has. */
class Server {
  answers: Record<string, string[]> = {};
  ranks: Record<string, number> = {};
  writer = 1;
  endsAt = START + MINUTES * 60_000;
  grace = 30_000;
  state = "open";
  attempts = 0;
  saves: Save[] = [];
  starts = new Map<string, number>();
  /** Milliseconds on the way, there and back. */
  delay = 20;
  /** `offline`, `answer-lost` (has its effect), or a status to refuse with. */
  fault: "offline" | "answer-lost" | number | null = null;
  retryAfter: string | null = null;
  /** The place in the line that a refusal hands out, and those that starts brought along. */
  place: string | null = null;
  places: (string | null)[] = [];
  requests: string[] = [];
  signedIn = true;
  credentialGood = true;

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const path = url.replace("/api/quiz/v1/", "");
    this.requests.push(`${init.method ?? "GET"} ${path}`);
    if (path.startsWith("contests/")) this.places.push(new Headers(init.headers).get("first-refused"));
    const offline = this.fault === "offline";
    await wait(this.delay);
    if (offline) throw new TypeError("Failed to fetch");
    if (typeof this.fault === "number")
      return refusal(
        this.fault,
        "overloaded",
        this.retryAfter ? { "retry-after": this.retryAfter } : {},
        this.place ? { first_refused: this.place } : {},
      );
    const bearer = new Headers(init.headers).get("authorization");
    const response = (bearer ? this.credentialGood : this.signedIn)
      ? this.handle(path, init)
      : refusal(401, "not-signed-in");
    await wait(this.delay);
    if (this.fault === "answer-lost") throw new TypeError("network changed");
    return response;
  };

  private handle(path: string, init: RequestInit): Response {
    const body = init.body ? (JSON.parse(init.body as string) as Save) : null;
    const key = new Headers(init.headers).get("idempotency-key") ?? "";
    if (path.startsWith("contests/")) {
      if (!this.starts.has(key)) this.starts.set(key, ++this.attempts);
      return json(this.paper(), 201);
    }
    if (path.endsWith("/head"))
      return json({ rev: 0, writer: this.writer, ends_at: iso(this.endsAt), now: iso(Date.now()), state: this.state });
    if (path.endsWith("/pen")) {
      this.writer += 1;
      this.credentialGood = true;
      return json(this.paper());
    }
    if (path.endsWith("/receipt")) return json(this.receipt);
    if (path.endsWith("/submission")) return this.submit(body as Save);
    return this.save(body as Save);
  }

  private save(save: Save): Response {
    if (this.state !== "open" || Date.now() > this.endsAt + this.grace) return refusal(410, "attempt-over");
    if (save.writer !== this.writer) return refusal(409, "pen-taken");
    this.saves.push(save);
    this.merge(save);
    return json({ rev: this.saves.length, now: iso(Date.now()), ends_at: iso(this.endsAt), save_every: 400 });
  }

  private submit(save: Save): Response {
    if (this.state === "submitted") return json(this.receipt);
    if (Date.now() > this.endsAt + this.grace) return refusal(410, "attempt-over");
    if (save.writer === this.writer) this.merge(save);
    this.state = "submitted";
    return json(this.receipt);
  }

  private merge(save: Save): void {
    for (const [question, chosen] of Object.entries(save.answers)) {
      const rank = save.writer * 1e6 + save.seq;
      if ((this.ranks[question] ?? 0) >= rank) continue;
      this.ranks[question] = rank;
      this.answers[question] = chosen;
    }
  }

  get receipt() {
    const members = Object.entries(this.answers).filter(([, o]) => o.length).sort().map(([q, o]) => `${JSON.stringify(q)}:${JSON.stringify(o.toSorted())}`); // prettier-ignore
    return {
      receipt: JSON.stringify({
        answers_sha256: `{${members.join(",")}}\nNone`,
        answered: members.length,
        how: "by_hand",
      }),
      kid: "quiz-1",
      signature: "x",
    };
  }

  paper() {
    const option = (id: string) => ({ id, text: { vi: id } });
    const questions = Array.from({ length: 19 }, (_, n) => ({
      id: `q${n + 1}`,
      kind: "single",
      text: { vi: `Câu ${n + 1}` },
      options: ["a", "b", "c"].map(option),
    }));
    return {
      id: "11111111-1111-1111-1111-111111111111", contest_id: "c", state: this.state, questions, answers: { ...this.answers },
      prediction: null, rev: 0, writer: this.writer, started_at: iso(START), ends_at: iso(this.endsAt), now: iso(Date.now()),
      save_every: 400, credential: "credential",
    }; // prettier-ignore
  }
}

// The digest stands for itself: what is compared is what is signed over.
vi.mock("./receipt.ts", () => ({
  printOf: (answers: Record<string, string[]>, prediction: number | null) => {
    const members = Object.entries(answers).filter(([, o]) => o.length).sort().map(([q, o]) => `${JSON.stringify(q)}:${JSON.stringify(o.toSorted())}`); // prettier-ignore
    return Promise.resolve(`{${members.join(",")}}\n${prediction ?? "None"}`);
  },
}));

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const iso = (ms: number) => new Date(ms).toISOString();
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const refusal = (status: number, slug: string, headers: Record<string, string> = {}, more: object = {}) =>
  new Response(JSON.stringify({ type: `/problems/${slug}`, title: slug, status, detail: "", instance: "t", ...more }), {
    status,
    headers,
  });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

let server: Server;
let device: Device;
let engine: Engine;

function options() {
  return { shelf: new Shelf(new Store(() => device)), fetch: server.fetch };
}
async function opened(): Promise<Engine> {
  engine = Engine.open(server.paper() as never, options());
  await engine.run();
  await pass(100);
  return engine;
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  server = new Server();
  device = new Device();
});
afterEach(() => {
  engine.stop();
  vi.useRealTimers();
});

describe("C2 a tick means durable", () => {
  test("with a server two seconds away there is none before its answer", async () => {
    await opened();
    server.delay = 1000;
    engine.choose("q1", ["a"]);
    await pass(2300);
    expect(engine.mark("q1")).toBe("pending");
    await pass(200);
    expect(engine.mark("q1")).toBe("saved");
  });

  test("with the answer lost on the way there is none until a repeat is acknowledged", async () => {
    await opened();
    server.fault = "answer-lost";
    engine.choose("q1", ["a"]);
    await pass(1000);
    expect(server.answers["q1"]).toEqual(["a"]);
    expect(engine.mark("q1")).toBe("pending");
    server.fault = null;
    await pass(20_000);
    expect(engine.mark("q1")).toBe("saved");
  });
});

describe("C3 nothing chosen is lost", () => {
  test("ten answers changed offline, the tab killed: all are there, and reach the server within five seconds", async () => {
    await opened();
    server.fault = "offline";
    for (let n = 1; n <= 10; n += 1) engine.choose(`q${n}`, ["a"]);
    for (let n = 1; n <= 10; n += 1) engine.choose(`q${n}`, ["b"]);
    await pass(300_000);
    engine.stop();
    const again = Engine.reopen("11111111-1111-1111-1111-111111111111", options());
    if (!again) throw new Error("nothing on the device");
    engine = again;
    void engine.run();
    await pass(100);
    expect(engine.value("q10")).toEqual(["b"]);
    expect(Math.round(engine.remaining / 1000)).toBe(MINUTES * 60 - 300);
    server.fault = null;
    dispatchEvent(new Event("online"));
    await pass(5000);
    expect(Object.values(server.answers)).toEqual(Array.from({ length: 10 }, () => ["b"]));
    expect(engine.counts.pending).toBe(0);
  });

  test("with storage forbidden the page works on, and says that it keeps nothing", async () => {
    device.setItem = () => {
      throw new DOMException("QuotaExceededError");
    };
    await opened();
    engine.choose("q1", ["a"]);
    await pass(1000);
    expect(engine.mark("q1")).toBe("saved");
    expect(engine.durable).toBe(false);
  });
});

test("C4 forty taps in five seconds make at most twelve saves, and the last one wins", async () => {
  await opened();
  for (let n = 0; n < 40; n += 1) {
    engine.choose("q1", [["a", "b", "c"][n % 3] ?? "a"]);
    await pass(125);
  }
  await pass(2000);
  expect(server.saves.length).toBeLessThanOrEqual(12);
  expect(server.answers["q1"]).toEqual(["a"]);
  expect(engine.mark("q1")).toBe("saved");
});

describe("C5 one writes", () => {
  test("the older device is read-only within one save, and its answer is not silently lost", async () => {
    await opened();
    server.writer = 2;
    server.answers = { q2: ["c"] };
    engine.choose("q1", ["a"]);
    await pass(1000);
    expect(engine.pen).toBe("elsewhere");
    engine.choose("q3", ["a"]);
    expect(engine.value("q3")).toEqual([]);
    void engine.takePen();
    await pass(2000);
    expect(engine.pen).toBe("held");
    expect(server.answers).toEqual({ q1: ["a"], q2: ["c"] });
    expect(engine.overruled).toEqual(["q2"]);
  });

  test("without a save it learns of it within fifteen seconds", async () => {
    await opened();
    server.writer = 2;
    await pass(15_100);
    expect(engine.pen).toBe("elsewhere");
  });
});

describe("C6 the time is the server's", () => {
  test("a phone clock set a day ahead changes nothing", async () => {
    await opened();
    const before = engine.remaining;
    vi.setSystemTime(Date.now() + 86_400_000);
    expect(engine.remaining).toBe(before);
    expect(engine.clock.drifted()).toBe(true);
  });
});

describe("the network comes back while a try that began without it is under way", () => {
  /** Offline for long, with the longest pauses; comes back during a try, which fails a second later. */
  async function back(until: () => Promise<void>, tries: string) {
    vi.spyOn(Math, "random").mockReturnValue(0.99);
    await opened();
    server.fault = "offline";
    server.delay = 1000;
    await until();
    const before = () => server.requests.filter((request) => request.endsWith(tries)).length;
    for (const seen = before(); before() === seen;) await pass(100);
    server.fault = null;
    server.delay = 20;
    dispatchEvent(new Event("online"));
    await pass(2000);
    vi.restoreAllMocks();
  }

  test("what waits is saved at once", async () => {
    await back(async () => {
      engine.choose("q1", ["a"]);
      await pass(120_000);
    }, "/answers");
    expect(engine.mark("q1")).toBe("saved");
  });

  test("the paper is handed in at once", async () => {
    await back(async () => {
      engine.submit();
      await pass(120_000);
    }, "/submission");
    expect(engine.phase).toBe("done");
  });

  test("a deadline that was moved is known at once", async () => {
    await back(async () => {
      await pass(60_000);
      server.endsAt += 60_000;
    }, "/head");
    expect(engine.moved).not.toBeNull();
  });
});

describe("C7 time up", () => {
  test("online: locks, hands in with everything, shows the receipt", async () => {
    await opened();
    await pass(MINUTES * 60_000 - 700);
    engine.choose("q1", ["a"]);
    await pass(1500);
    expect(engine.phase).toBe("done");
    expect(engine.outcome?.complete).toBe(true);
    expect(server.answers["q1"]).toEqual(["a"]);
  });

  test("offline, back within the grace: what waited on the device is handed in and counted", async () => {
    await opened();
    server.fault = "offline";
    engine.choose("q1", ["a"]);
    await pass(MINUTES * 60_000 + 5000);
    expect(engine.phase).toBe("time-up");
    expect(engine.counts.pending).toBe(1);
    server.fault = null;
    dispatchEvent(new Event("online"));
    await pass(2000);
    expect(engine.outcome).toMatchObject({ complete: true, lost: 0, state: "submitted" });
  });

  test("offline, back after the grace: what was saved counts, and the page says how much did not", async () => {
    await opened();
    engine.choose("q1", ["a"]);
    await pass(1000);
    server.fault = "offline";
    engine.choose("q2", ["a"]);
    engine.choose("q3", ["a"]);
    await pass(MINUTES * 60_000 + 60_000);
    server.state = "submitted";
    server.fault = null;
    dispatchEvent(new Event("online"));
    await pass(20_000);
    expect(engine.outcome).toMatchObject({ complete: false, lost: 2, state: "submitted" });
    expect(Object.keys(server.answers)).toEqual(["q1"]);
  });

  test("a device without the pen does not hand in over the head of the one that writes", async () => {
    await opened();
    server.writer = 2;
    await pass(20_000);
    await pass(MINUTES * 60_000);
    expect(server.requests.some((request) => request.endsWith("/submission"))).toBe(false);
    server.state = "submitted";
    await pass(20_000);
    expect(engine.phase).toBe("done");
  });
});

test("C8 a deadline moved while answering is known after one look, and said once", async () => {
  await opened();
  server.endsAt += 600_000;
  void engine.look();
  await pass(200);
  expect(engine.moved).toEqual({ from: START + MINUTES * 60_000, to: START + MINUTES * 60_000 + 600_000 });
  engine.dismiss("moved");
  await pass(16_000);
  expect(engine.moved).toBeNull();
});

test("C8 what an earlier look says later is old: no end comes back, and nothing is handed in by it", async () => {
  await opened();
  const old = server.endsAt;
  server.delay = 500;
  void engine.look();
  await pass(600);
  server.delay = 20;
  server.endsAt += 600_000;
  void engine.look();
  await pass(1000);
  expect(engine.endsAt).toBe(old + 600_000);
});

describe("C9 and C10 starting", () => {
  function start() {
    const store = new Store(() => device);
    const started: unknown[] = [];
    const made = new Start(new Transport(new Clock(), server.fetch), store, "start.c", "contests/c/attempts", {
      changed: () => undefined,
      started: (paper) => started.push(paper),
    });
    return { made, started };
  }

  test("pressed five times it is one attempt", async () => {
    const { made, started } = start();
    for (let n = 0; n < 5; n += 1) made.press();
    await pass(500);
    expect([server.attempts, started.length]).toEqual([1, 1]);
  });

  test("after an answer that was lost it asks for the same attempt", async () => {
    const { made, started } = start();
    server.fault = "answer-lost";
    made.press();
    await pass(100);
    expect(made.state.is).toBe("waiting");
    server.fault = null;
    await pass(2000);
    expect([server.attempts, started.length]).toEqual([1, 1]);
  });

  test("503 keeps the key and waits as long as the server asked, up to 1.3 times", async () => {
    const { made, started } = start();
    server.fault = 503;
    server.retryAfter = "12";
    made.press();
    await pass(50);
    expect(made.state).toMatchObject({ is: "waiting", busy: true });
    server.fault = null;
    await pass(11_900);
    expect(started.length).toBe(0);
    await pass(4000);
    expect([server.attempts, started.length]).toEqual([1, 1]);
  });

  test("a start that was refused comes again with the place it was given, after a reload too", async () => {
    const { made } = start();
    server.fault = 503;
    server.place = "1700.abc";
    made.press();
    await pass(50);
    server.place = "1900.def";
    await pass(3000);
    made.stop();
    server.fault = null;
    const { made: reloaded, started } = start();
    reloaded.press();
    await pass(100);
    expect(server.places.slice(0, 2)).toEqual([null, "1700.abc"]);
    expect(started.length).toBe(1);
    expect(server.places.at(-1)).not.toBe(null);
    made.press();
    await pass(100);
    expect(server.places.at(-1)).toBe(null);
  });

  test("503 at saving keeps the answers and comes back by itself", async () => {
    await opened();
    server.fault = 503;
    server.retryAfter = "5";
    engine.choose("q1", ["a"]);
    await pass(1000);
    expect(engine.saver.link).toBe("busy");
    dispatchEvent(new Event("online"));
    await pass(1000);
    expect(server.requests.filter((request) => request.startsWith("PUT")).length).toBe(1);
    server.fault = null;
    await pass(8000);
    expect(engine.mark("q1")).toBe("saved");
  });
});

test("C11 with session and credential lost it asks to sign in, and what waited is sent after it", async () => {
  await opened();
  server.credentialGood = false;
  server.signedIn = false;
  engine.choose("q1", ["a"]);
  await pass(1500);
  expect(engine.needsSession).toBe(true);
  server.signedIn = true;
  void engine.signedIn();
  await pass(2000);
  expect(engine.mark("q1")).toBe("saved");
});

test("C13 handing in twice is one receipt, and it stays on the device", async () => {
  await opened();
  engine.choose("q1", ["a"]);
  engine.submit();
  engine.submit();
  await pass(2000);
  expect(server.requests.filter((request) => request.endsWith("/submission")).length).toBe(1);
  expect(new Shelf(new Store(() => device)).receipt(engine.sheet.id)).toEqual(server.receipt);
});

test("a paper that the service does not know says so instead of trying for ever", async () => {
  await opened();
  server.fault = 404;
  engine.choose("q1", ["a"]);
  await pass(1000);
  expect(engine.phase).toBe("gone");
});
