import { describe, expect, test } from "vitest";
import { unitOf, type Board, type Count, type Row } from "#lib/board.ts";
import { bars, labelled, niceTop } from "./bars.ts";
import { freshness, fromBoard, isNewer, withBoard, withTotals } from "./shown.ts";
import { inPieces, remainder, Tree } from "./tree.ts";
import { bucketAt, bucketName, bucketShort } from "./words.ts";

const ZONE = "Asia/Ho_Chi_Minh";

function board(rev: number, asOf: string, counts: Count[], units: Row[] = []): Board {
  const [registrants = null, participants = null, attempts = null, valid = null, perfect = null] = counts;
  return {
    schema: 1,
    rev,
    as_of: asOf,
    contest: {
      contest_id: "c",
      title: { vi: "Thi" },
      phase: "open",
      time_zone: ZONE,
      opens: "2023-09-01T00:00:00Z",
      closes: "2023-10-01T00:00:00Z",
      counts: { registrants, participants, attempts, valid, perfect },
      as_of: { registrants: asOf, attempts: asOf },
    },
    units,
  };
}

describe("what is shown never goes back in time", () => {
  const shown = fromBoard(board(5, "2023-09-01T10:00:00Z", [5, 4, 3, 2, null]));

  test("a message of a replica that is behind changes nothing", () => {
    expect(withTotals(shown, { rev: 4, as_of: "2023-09-01T10:00:01Z", totals: [9, 9, 9, 9, 9] })).toBe(shown);
    expect(withTotals(shown, { rev: 6, as_of: "2023-09-01T09:59:59Z", totals: [9, 9, 9, 9, 9] })).toBe(shown);
  });
  test("times compare as times, whether or not they carry fractions of a second", () => {
    const half = withTotals(shown, { rev: 6, as_of: "2023-09-01T10:00:00.500Z", totals: [5, 4, 4, 3, null] });
    expect(half.counts).toEqual([5, 4, 4, 3, null]);
    expect(withTotals(half, { rev: 7, as_of: "2023-09-01T10:00:00Z", totals: [1, 1, 1, 1, 1] })).toBe(half);
  });
  test("only the counts that moved take the time of the message", () => {
    const { each } = withTotals(shown, { rev: 6, as_of: "2023-09-01T10:00:09Z", totals: [5, 4, 4, 2, null] });
    expect(each).toEqual({ registrants: "2023-09-01T10:00:00Z", attempts: "2023-09-01T10:00:09Z" });
  });
  test("a file that is older than the totals leaves them", () => {
    const later = withTotals(shown, { rev: 9, as_of: "2023-09-01T11:00:00Z", totals: [6, 6, 6, 6, null] });
    expect(withBoard(later, board(8, "2023-09-01T10:30:00Z", [5, 5, 5, 5, null]))).toBe(later);
    expect(withBoard(later, board(9, "2023-09-01T11:00:00Z", [6, 6, 6, 6, null])).rev).toBe(9);
  });
  test("a file of a higher revision and the same time tells of nothing that came since", () => {
    expect(isNewer(shown, board(6, "2023-09-01T10:00:00.000Z", [5, 4, 3, 3, null]))).toBe(false);
    expect(isNewer(shown, board(6, "2023-09-01T10:00:00.001Z", [5, 4, 4, 2, null]))).toBe(true);
  });
});

test("within ten seconds of a cut the numbers are called stale, and polling is not a cut", () => {
  expect(freshness("live", 60_000, true)).toBe("live");
  expect([freshness("connecting", 3000, true), freshness("connecting", 9000, true)]).toEqual(["fresh", "stale"]);
  expect([freshness("polling", 20_000, true), freshness("polling", 40_000, true)]).toEqual(["polling", "stale"]);
  expect(freshness("live", 0, false)).toBe("stale");
});

const row = (id: string, parent: string | undefined, n: Count[], more: Partial<Row> = {}): Row => ({
  id,
  name: { vi: more.name?.vi ?? id },
  ...(parent ? { parent } : {}),
  n,
  ...more,
});

describe("the tree of units", () => {
  const tree = new Tree([
    row("p", undefined, [10, 8, 20, 20, null]),
    row("a", "p", [4, 3, 9, 9, null], { rate: 0.5, name: { vi: "Huyện Việt Yên" } }),
    row("b", "p", [5, 5, 11, 11, null], { rate: 1.2, name: { vi: "Đội 2" } }),
    row("c", "p", [1, 0, 0, 0, null], { name: { vi: "Đội 10" } }),
    row("a1", "a", [4, 3, 9, 9, null]),
  ]);
  const ids = (from: string | undefined, open: string[], sort: string) =>
    tree.lines(from, new Set(open), tree.order(sort)).map(({ row: { id }, depth }) => `${depth}${id}`);

  test("begins below a single root, and shows what is open", () => {
    expect(tree.top).toBe("p");
    expect(ids("p", [], "-rate")).toEqual(["0b", "0a", "0c"]);
    expect(ids("p", ["a"], "-rate")).toEqual(["0b", "0a", "1a1", "0c"]);
    expect(new Tree([row("x", undefined, []), row("y", undefined, [])]).top).toBeUndefined();
  });
  test("what has no value stands last whichever way one sorts", () => {
    expect(ids("p", [], "rate")).toEqual(["0a", "0b", "0c"]);
    expect(ids("p", [], "-rate").at(-1)).toBe("0c");
  });
  test("names are sorted as Vietnamese sorts them, numbers in them as numbers", () => {
    expect(ids("p", [], "name")).toEqual(["0b", "0c", "0a"]);
  });
  test("a unit that came after sorting stands last and moves nothing", () => {
    const order = tree.order("-rate");
    const later = new Tree([
      ...tree.below("p"),
      row("new", "p", [99, 99, 99, 99, 99], { rate: 9 }),
      row("p", undefined, []),
    ]);
    expect(later.lines("p", new Set(), order).map((line) => line.row.id)).toEqual(["b", "a", "c", "new"]);
  });
  test("is drawn in pieces: what stands on the page stays, and as many new rows come as a slow phone can take", () => {
    const lines = ["a", "b", "c", "d", "e"].map((id) => ({ row: { id } as Row, depth: 0, below: 0, open: false }));
    const ids = (drawn: string[]) => inPieces(lines, new Set(drawn), 2).map(({ row }) => row.id);
    expect(ids([])).toEqual(["a", "b"]);
    expect(ids(["a", "b"])).toEqual(["a", "b", "c", "d"]);
    expect(ids(["d", "gone"])).toEqual(["a", "b", "d"]);
    expect(ids(["a", "b", "c", "d"])).toEqual(["a", "b", "c", "d", "e"]);
  });
  test("is searched without marks", () => {
    expect(tree.search("viet yen", 5).rows.map(({ id }) => id)).toEqual(["a"]);
    expect(tree.search("doi", 1)).toMatchObject({ total: 2, rows: [{}] });
  });
});

describe("what a whole has beyond its parts", () => {
  const part = (n: Count[]) => row("x", "p", n);

  test("is what was entered directly, and nothing when the parts add up", () => {
    expect(remainder([10, 8, 20, 20, 3], [part([4, 3, 9, 9, 1]), part([5, 5, 11, 11, 2])])).toEqual([1, 0, 0, 0, 0]);
    expect(remainder([4, 3, 9, 9, 1], [part([4, 3, 9, 9, 1])])).toBeNull();
  });
  test("is never worked out where a part is withheld", () => {
    expect(remainder([10, 8, 20, 20, null], [part([4, 3, null, 9, null])])).toEqual([6, 5, null, 11, null]);
  });
  test("is nothing where there are no parts", () => {
    expect(remainder([10, 8, 20, 20, 3], [])).toBeNull();
  });
});

describe("numbers over time", () => {
  test("days without attempts are zero, and the running one is marked", () => {
    const days = [
      { at: "2023-09-29", attempts: 3 },
      { at: "2023-10-01", attempts: 5 },
    ];
    expect(bars(days, "attempts", "2023-10-02")).toEqual([
      { at: "2023-09-29", value: 3, running: false },
      { at: "2023-09-30", value: 0, running: false },
      { at: "2023-10-01", value: 5, running: false },
      { at: "2023-10-02", value: 0, running: true },
    ]);
  });
  test("hours go on over midnight, and what is withheld stays withheld", () => {
    const hours = [{ at: "2023-09-29T23" }, { at: "2023-09-30T01", attempts: 2 }];
    expect(bars(hours, "attempts", null).map(({ at, value }) => [at, value])).toEqual([
      ["2023-09-29T23", null],
      ["2023-09-30T00", 0],
      ["2023-09-30T01", 2],
    ]);
    expect(bars([], "attempts", "2023-10-02")).toEqual([]);
  });
  test("a bar is named in the contest's zone, an hour with its end", () => {
    expect(bucketName("2023-09-01")).toBe("01/9/2023");
    expect(bucketName("2023-09-01T23")).toBe("23:00–00:00, 01/9/2023");
    expect([bucketShort("2023-09-01"), bucketShort("2023-09-01T09")]).toEqual(["1/9", "09:00"]);
    expect(bucketAt(Date.parse("2023-09-30T17:30:00Z"), ZONE, true)).toBe("2023-10-01T00");
  });
  test.each([0, 1, 2, 3, 9, 61, 100, 101, 4999, 52_812, 282_063])(
    "an axis for %i ends high enough at a round number",
    (most) => {
      const top = niceTop(most);
      expect(top).toBeGreaterThanOrEqual(most);
      expect(top % 2).toBe(0);
      expect(top).toBeLessThanOrEqual(Math.max(2, most * 2.5));
    },
  );
  test("labels leave room for each other and the last bar has one", () => {
    const found = [...labelled(31, 280, 44)].sort((a, b) => a - b);
    expect(found.at(-1)).toBe(30);
    expect(((found[1] ?? 0) - (found[0] ?? 0)) * (280 / 31)).toBeGreaterThanOrEqual(44);
  });
});

test("the unit is read from the address in either language", () => {
  expect([unitOf("/so-lieu/"), unitOf("/so-lieu/T-THADS/"), unitOf("/en/nhung/24%20a/")]).toEqual([
    null,
    "T-THADS",
    "24 a",
  ]);
  expect(unitOf("/en/so-lieu/")).toBeNull();
});
