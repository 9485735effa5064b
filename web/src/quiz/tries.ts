/** How many tries are left and when the next opens, as services/quiz/domain/starting.py will decide it. */
import type { Attempt } from "../lib/api/types.ts";
import { partsIn } from "../lib/format.ts";
import type { Rules } from "../lib/rules.ts";

export interface Allowance {
  /** Null: no limit. */
  left: number | null;
  used: number;
  /** When the next try opens, where it is not now. */
  againAt: number | null;
}

const DAY_MS = 86_400_000;

/** Midnight of a moment's day in the zone; of its Monday with `week`. */
function midnight(at: number, zone: string, week: boolean): number {
  const p = partsIn(new Date(at), zone);
  const local = Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second);
  const offset = local - Math.floor(at / 1000) * 1000;
  const days = week ? (p.weekday + 6) % 7 : 0;
  return Date.UTC(p.year, p.month - 1, p.day) - offset - days * DAY_MS;
}

export function allowance(
  rules: Pick<Rules, "tries" | "time_zone">,
  attempts: readonly Attempt[],
  now: number,
): Allowance {
  const { contest, week, day, gap_ms } = rules.tries;
  const starts = attempts.map((attempt) => Date.parse(attempt.started_at));
  const since = (from: number) => starts.filter((start) => start >= from).length;
  const [today, monday] = [midnight(now, rules.time_zone, false), midnight(now, rules.time_zone, true)];
  const limits = [
    { most: contest, used: starts.length, opens: null },
    { most: week, used: since(monday), opens: monday + 7 * DAY_MS },
    { most: day, used: since(today), opens: today + DAY_MS },
  ];
  const left = limits.flatMap(({ most, used }) => (most === null ? [] : [Math.max(0, most - used)]));
  const waits = limits.flatMap(({ most, used, opens }) =>
    most !== null && used >= most && opens !== null ? [opens] : [],
  );
  const newest = Math.max(...starts);
  if (gap_ms !== null && starts.length > 0 && now < newest + gap_ms) waits.push(newest + gap_ms);
  const spent = contest !== null && starts.length >= contest;
  return {
    left: left.length ? Math.min(...left) : null,
    used: starts.length,
    againAt: spent || waits.length === 0 ? null : Math.max(...waits),
  };
}
