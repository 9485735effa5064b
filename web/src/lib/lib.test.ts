import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { allowance } from "../quiz/tries.ts";
import { isoDate, whole, years } from "../register/birth.ts";
import { drawCode } from "../register/code.ts";
import { countdown, day, grouped, moment, number, percent, span } from "./format.ts";
import { choose } from "./pick.ts";
import { retryAfter } from "./retry.ts";
import { bare, Units } from "./units.ts";
import { LETTERS } from "../../scripts/letters.ts";

const ZONE = "Asia/Ho_Chi_Minh";

test("dates and numbers are written the Vietnamese way", () => {
  expect(day(new Date("2023-09-01T00:00:00+07:00"), ZONE)).toBe("01/9/2023");
  expect(moment(new Date("2023-09-30T23:41:07+07:00"), ZONE, true)).toBe("23:41:07, 30/9/2023");
  expect([number(999), number(282_063), percent(0.612)]).toEqual(["999", "282.063", "61,2\u00a0%"]);
  expect([countdown(761_000), countdown(1), countdown(0), countdown(3_761_000)]).toEqual([
    "12:41",
    "0:01",
    "0:00",
    "1:02:41",
  ]);
  expect([span(2 * 86_400_000 + 3 * 3_600_000), span(18 * 60_000 + 5000), span(40_000)]).toEqual([
    "2 ngày 3 giờ",
    "18 phút",
    "40 giây",
  ]);
});

describe("units", () => {
  const units = new Units([
    { id: "bg", name: "Tỉnh Bắc Giang" },
    { id: "vy", name: "Huyện Việt Yên", parent: "bg" },
    { id: "cc-vy", name: "Chi cục THADS huyện Việt Yên", parent: "vy" },
    { id: "old", name: "Đã nhập", parent: "bg", merged_into: "vy" },
    { id: "open", name: "Thí sinh tự do", parent: "bg", open: true },
  ]);
  test("are found without marks, with đ as d, by decomposed letters, by code", () => {
    expect(bare("Đường Việt Yên")).toBe("duong viet yen");
    expect(units.search("viet yen").units[0]?.id).toBe("vy");
    expect(units.search("Việt Yên".normalize("NFD")).units[0]?.id).toBe("vy");
    expect(units.search("thads viet").units[0]?.id).toBe("cc-vy");
    expect(units.search("CC-VY").units[0]?.id).toBe("cc-vy");
    expect(units.search("  ").total).toBe(0);
  });
  test("show where they stand, and not those merged away", () => {
    expect(units.path("cc-vy").map(({ id }) => id)).toEqual(["bg", "vy", "cc-vy"]);
    expect(units.below("bg").map(({ id }) => id)).toEqual(["vy", "open"]);
    expect(units.open?.id).toBe("open");
  });
});

test("a birth date is read from three fields, or from one that holds all of it", () => {
  expect(isoDate({ day: "29", month: "2", year: "2000" })).toBe("2000-02-29");
  expect(isoDate({ day: "29", month: "2", year: "2001" })).toBeNull();
  expect(isoDate({ day: "1", month: "1", year: "90" })).toBeNull();
  expect(whole("27/3/1990")).toEqual({ day: "27", month: "3", year: "1990" });
  expect(whole("1990-03-27")).toEqual({ day: "27", month: "03", year: "1990" });
  expect(whole("27")).toBeNull();
});

test("a year of age is full on the birthday", () => {
  expect(years("2010-09-01", "2026-08-31")).toBe(15);
  expect(years("2010-09-01", "2026-09-01")).toBe(16);
});

test("an entry code has 12 digits and none that registration calls guessable", () => {
  const guessable = new Uint8Array(16).map((_, n) => n % 10);
  let calls = 0;
  const code = drawCode((bytes) => (calls++ ? crypto.getRandomValues(bytes) : (bytes.set(guessable), bytes)));
  expect(code).toMatch(/^\d{12}$/);
  expect(calls).toBeGreaterThan(1);
  expect(grouped("123456789012")).toBe("1234 5678 9012");
});

describe("tries", () => {
  const at = (iso: string, given_back = false) => ({ started_at: iso, given_back }) as never;
  const rules = (tries: object, closes = "2023-10-01T00:00:00+07:00") => ({
    time_zone: ZONE,
    closes,
    tries: { contest: null, week: null, day: null, gap_ms: null, starts_per_hour: null, ...tries },
  });
  const now = Date.parse("2023-09-06T09:00:00+07:00");
  test("count days of the contest's zone", () => {
    const attempts = [at("2023-09-05T23:59:00+07:00"), at("2023-09-06T00:01:00+07:00")];
    expect(allowance(rules({ day: 2 }), attempts, now).left).toBe(1);
    expect(allowance(rules({ day: 1 }), attempts, now).againAt).toBe(Date.parse("2023-09-07T00:00:00+07:00"));
  });
  test("count weeks from Monday", () => {
    const attempts = [at("2023-09-03T12:00:00+07:00"), at("2023-09-04T12:00:00+07:00")];
    expect(allowance(rules({ week: 1 }), attempts, now).againAt).toBe(Date.parse("2023-09-11T00:00:00+07:00"));
  });
  test("a try given back counts for no limit", () => {
    const attempts = [at("2023-09-06T08:30:00+07:00", true)];
    for (const tries of [{ contest: 1 }, { week: 1 }, { day: 1 }, { gap_ms: 3_600_000 }, { starts_per_hour: 1 }])
      expect(allowance(rules(tries), attempts, now)).toMatchObject({ againAt: null, used: 1 });
    expect(allowance(rules({ contest: 1 }), attempts, now).left).toBe(1);
  });
  test("wait for the gap, and for the hour of the oldest start in it", () => {
    const attempts = [at("2023-09-06T08:10:00+07:00"), at("2023-09-06T08:50:00+07:00")];
    expect(allowance(rules({ gap_ms: 1_800_000 }), attempts, now).againAt).toBe(
      Date.parse("2023-09-06T09:20:00+07:00"),
    );
    expect(allowance(rules({ starts_per_hour: 2 }), attempts, now).againAt).toBe(
      Date.parse("2023-09-06T09:10:00+07:00"),
    );
    expect(allowance(rules({ starts_per_hour: 3 }), attempts, now).againAt).toBeNull();
  });
  test("one that would open only after the closing is none", () => {
    const attempts = [at("2023-09-06T08:10:00+07:00")];
    const last = rules({ day: 1 }, "2023-09-07T00:00:00+07:00");
    expect(allowance(last, attempts, now)).toEqual({ left: 0, used: 1, againAt: null });
  });
  test("spent for the whole contest there is no next one", () => {
    expect(allowance(rules({ contest: 1 }), [at("2023-09-01T12:00:00+07:00")], now)).toEqual({
      left: 0,
      used: 1,
      againAt: null,
    });
  });
});

test("the site is about the first open contest, else the next one, else the newest", () => {
  const contest = (id: string, opens: string, closes: string) =>
    ({ rules: { id, opens, closes }, closed_at: null }) as never;
  const [past, first, second] = [contest("past", "2023-01-01", "2023-02-01"), contest("a", "2023-09-01", "2023-10-01"), contest("b", "2023-11-01", "2023-12-01")]; // prettier-ignore
  const at = (iso: string) => choose([second, past, first], Date.parse(iso))?.rules.id;
  expect([at("2023-09-15"), at("2023-10-15"), at("2024-01-15")]).toEqual(["a", "b", "b"]);
});

test("Retry-After is kept, times one to 1.3", () => {
  expect(retryAfter("12", () => 0)).toBe(12_000);
  expect(retryAfter("12", () => 1)).toBe(15_600);
  expect([retryAfter(null), retryAfter("soon")]).toEqual([null, null]);
});

describe("the fonts", () => {
  const known = new Set(LETTERS);
  // Drawn by the system's font, all of them signs and none of them letters.
  const signs = new Set("✓◌⚑▦›‹▲▼⚠☰●✗\n");
  const folders = ["src/lib/i18n/vi", "src/lib/i18n/en", "../contests/bac-giang-2023"];
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));
  test.each(files)("have every letter of %s, in NFC", (file) => {
    const text = readFileSync(file, "utf8");
    expect(text).toBe(text.normalize("NFC"));
    expect([...new Set(text)].filter((letter) => !known.has(letter) && !signs.has(letter))).toEqual([]);
  });
});
