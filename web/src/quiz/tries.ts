/** How many tries are left and when the next opens, as services/quiz/domain/starting.py will decide it. */
import type { Attempt } from "../lib/api/types.ts";
import { partsIn } from "../lib/format.ts";
import type { Rules } from "../lib/rules.ts";

export interface Allowance {
  /** Null: no limit. */
  left: number | null;
  used: number;
  /** When the next try opens, where it is not now; null too where none opens before the closing. */
  againAt: number | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Midnight of a moment's day in the zone; of its Monday with `week`. */
function midnight(at: number, zone: string, week: boolean): number {
  const p = partsIn(new Date(at), zone);
  const local = Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second);
  const offset = local - Math.floor(at / 1000) * 1000;
  const days = week ? (p.weekday + 6) % 7 : 0;
  return Date.UTC(p.year, p.month - 1, p.day) - offset - days * DAY_MS;
}

export function allowance(
  rules: Pick<Rules, "tries" | "time_zone" | "closes">,
  attempts: readonly Attempt[],
  now: number,
): Allowance {
  const { contest, week, day, gap_ms, starts_per_hour } = rules.tries;
  const starts = attempts.filter(({ given_back }) => !given_back).map(({ started_at }) => Date.parse(started_at));
  const since = (from: number) => starts.filter((start) => start >= from).length;
  const [today, monday] = [midnight(now, rules.time_zone, false), midnight(now, rules.time_zone, true)];
  const limits = [
    { most: contest, used: starts.length, opens: Infinity },
    { most: week, used: since(monday), opens: monday + 7 * DAY_MS },
    { most: day, used: since(today), opens: today + DAY_MS },
  ];
  const left = limits.flatMap(({ most, used }) => (most === null ? [] : [Math.max(0, most - used)]));
  const waits = limits.flatMap(({ most, used, opens }) => (most !== null && used >= most ? [opens] : []));
  const newest = Math.max(...starts);
  if (gap_ms !== null && now < newest + gap_ms) waits.push(newest + gap_ms);
  const hour = starts.filter((start) => start > now - HOUR_MS);
  if (starts_per_hour !== null && hour.length >= starts_per_hour) waits.push(Math.min(...hour) + HOUR_MS);
  const again = waits.length ? Math.max(...waits) : null;
  // A try that would open only after the closing is none.
  const never = again !== null && again >= Date.parse(rules.closes);
  return {
    left: never ? 0 : left.length ? Math.min(...left) : null,
    used: attempts.length,
    againAt: never ? null : again,
  };
}
