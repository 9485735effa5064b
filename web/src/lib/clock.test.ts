import { expect, test } from "vitest";
import { Clock } from "./clock.ts";

const SERVER = Date.parse("2026-09-01T08:00:00Z");

function device() {
  const ticks = { at: 0, wrong: 86_400_000, steady: () => ticks.at, wall: () => SERVER + ticks.at + ticks.wrong };
  return ticks;
}
const iso = (ms: number) => new Date(ms).toISOString();

test("a phone that is a day wrong shows the server's time", () => {
  const ticks = device();
  const clock = new Clock(ticks);
  clock.sync(iso(SERVER), 0);
  ticks.at += 60_000;
  expect(clock.now()).toBe(SERVER + 60_000);
  expect(clock.drifted()).toBe(false);
});

test("a quick answer is not overruled by a slow one that agrees with it", () => {
  const ticks = device();
  const clock = new Clock(ticks);
  ticks.at = 20;
  clock.sync(iso(SERVER + 10), 0);
  ticks.at = 3000;
  // Stamped at once, on the way back for two seconds.
  clock.sync(iso(SERVER + 1000), 1000);
  expect(clock.now()).toBe(SERVER + 3000);
});

test("after sleep, in which the steady clock stood still, the next answer is taken however slow it is", () => {
  const ticks = device();
  const clock = new Clock(ticks);
  clock.sync(iso(SERVER), 0);
  ticks.at = 1000;
  ticks.wrong += 180_000;
  expect(clock.drifted()).toBe(true);
  clock.sync(iso(SERVER + 181_000), 0);
  expect(Math.abs(clock.now() - (SERVER + 181_000))).toBeLessThan(600);
});

test("reopened without network it goes on from what was known, and says that it is an estimate", () => {
  const ticks = device();
  const before = new Clock(ticks);
  before.sync(iso(SERVER), 0);
  const reopened = new Clock({ steady: () => 0, wall: () => SERVER + ticks.wrong + 30_000 }, before.wallOffset);
  expect(reopened.now()).toBe(SERVER + 30_000);
  expect(reopened.estimated).toBe(true);
});
