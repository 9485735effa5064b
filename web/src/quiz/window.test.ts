/** C8: a moved deadline is known within five seconds from when there are answers again, whatever the network did before. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followWindow } from "./window.ts";

type Answer = (init: RequestInit) => Promise<Response>;
let answer: Answer;
let [asked, version] = [0, 1];
let stop: () => void;
const moves: { version: number; first: boolean }[] = [];

const there = () => Promise.resolve(Response.json({ opens: "", closes: "", version, reason: null }));
const offline = () => Promise.reject(new TypeError("Failed to fetch"));
const still = ({ signal }: RequestInit) =>
  new Promise<Response>((_, reject) => {
    signal?.addEventListener("abort", () => reject(new DOMException("", "TimeoutError")));
  });
const missing = () => Promise.resolve(new Response("", { status: 404 }));

async function follow(first: Answer): Promise<void> {
  answer = first;
  stop = followWindow("c", (window, isFirst) => moves.push({ version: window.version, first: isFirst }));
  await pass(0);
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    asked += 1;
    return answer(init);
  });
  [asked, version] = [0, 1];
  moves.length = 0;
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a version is told once, and what moves within the next look", async () => {
  await follow(there);
  version = 2;
  await pass(4000);
  await pass(10_000);
  expect(moves).toEqual([
    { version: 1, first: true },
    { version: 2, first: false },
  ]);
});

test.each([
  ["no network", offline],
  ["no file yet", missing],
])("after %s, what is seen then may have moved already", async (_, failing) => {
  await follow(failing);
  version = 2;
  answer = there;
  await pass(4000);
  expect(moves).toEqual([{ version: 2, first: false }]);
});

test("looks that fail do not change the pace", async () => {
  await follow(there);
  answer = offline;
  await pass(60_000);
  version = 2;
  answer = there;
  await pass(4000);
  expect(moves.at(-1)).toEqual({ version: 2, first: false });
});

test("asks at once when the network is back, and goes on at one pace", async () => {
  await follow(there);
  answer = offline;
  await pass(60_000);
  [answer, asked, version] = [there, 0, 2];
  for (let n = 0; n < 5; n += 1) dispatchEvent(new Event("online"));
  await pass(0);
  expect(moves.at(-1)).toEqual({ version: 2, first: false });
  asked = 0;
  await pass(40_000);
  expect(asked).toBeGreaterThanOrEqual(10);
  expect(asked).toBeLessThanOrEqual(20);
});

test("an answer that comes after a later one's is old", async () => {
  let late: (answer: Response) => void = () => undefined;
  await follow(() => new Promise((resolve) => (late = resolve)));
  [answer, version] = [there, 2];
  dispatchEvent(new Event("online"));
  await pass(0);
  late(Response.json({ version: 1 }));
  await pass(4000);
  expect(moves).toEqual([{ version: 2, first: false }]);
});

test("a page that is opened hidden may have missed something when it is shown", async () => {
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  await follow(there);
  expect(asked).toBe(0);
  hidden.mockRestore();
  document.dispatchEvent(new Event("visibilitychange"));
  await pass(0);
  expect(moves).toEqual([{ version: 1, first: false }]);
});

test("a connection that stands still does not end the following", async () => {
  // Vitest's clock does not drive the browser's own timeouts.
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    const patience = new AbortController();
    setTimeout(() => patience.abort(), ms);
    return patience.signal;
  });
  await follow(still);
  [answer, version] = [there, 2];
  await pass(15_000);
  expect(moves).toEqual([{ version: 2, first: false }]);
  vi.restoreAllMocks();
});

test("asks no more once it is stopped", async () => {
  await follow(there);
  stop();
  dispatchEvent(new Event("online"));
  await pass(20_000);
  expect(asked).toBe(1);
});
