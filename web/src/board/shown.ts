/** What is on the page now: the last file, and the totals that came since. Never goes back in time. */
import { COUNTS, type Board, type Count, type CountName, type Totals } from "#lib/board.ts";
import type { Link } from "#lib/stream.ts";

export interface Shown {
  rev: number;
  /** Of the newest number on the page, ISO. */
  asOf: string;
  counts: Count[];
  /** Per count the time of the newest fact in it. */
  each: Partial<Record<CountName, string>>;
}

export function fromBoard(board: Board): Shown {
  const { counts, as_of = {} } = board.contest;
  return { rev: board.rev, asOf: board.as_of, counts: COUNTS.map((name) => counts[name]), each: as_of };
}

const older = (a: string, b: string) => Date.parse(a) < Date.parse(b);

/** The same object when the message is older than what is shown: replicas may be a moment apart. */
export function withTotals(shown: Shown, { rev, as_of, totals }: Totals): Shown {
  if (rev < shown.rev || older(as_of, shown.asOf)) return shown;
  const each = { ...shown.each };
  for (const [n, name] of COUNTS.entries()) if (totals[n] !== null && totals[n] !== shown.counts[n]) each[name] = as_of;
  return { rev, asOf: as_of, counts: totals, each };
}

/**
 * A file that tells of something newer than the page. One that was only counted again, as a submission is that is marked
 * after it was counted, has a higher revision and the same time: it says nothing of what has come since a cut.
 */
export const isNewer = (shown: Shown, board: Board) => older(shown.asOf, board.as_of);

/** A file that is older than the totals gives its units and charts; the totals stay. */
export function withBoard(shown: Shown, board: Board): Shown {
  return board.rev >= shown.rev && !older(board.as_of, shown.asOf) ? fromBoard(board) : shown;
}

export type Freshness = "live" | "fresh" | "polling" | "stale";

const CONNECTING_MS = 6000;
const POLLING_MS = 35_000;

/** `since`: milliseconds since anything was heard. Within ten seconds of a cut the page says so. */
export function freshness(link: Link, since: number, online: boolean): Freshness {
  if (!online) return "stale";
  if (link === "live") return "live";
  if (link === "polling") return since < POLLING_MS ? "polling" : "stale";
  return since < CONNECTING_MS ? "fresh" : "stale";
}
