/** The rules of a contest with what the service leaves out filled in (services/contracts/rules.py names the defaults). */
import type { Contest, Rules as Sparse } from "./api/types.ts";

export interface Tries {
  contest: number | null;
  week: number | null;
  day: number | null;
  gap_ms: number | null;
  starts_per_hour: number | null;
}

export interface Rules extends Omit<Sparse, "tries"> {
  time_zone: string;
  late_start: "finish" | "cut";
  grace_ms: number;
  tries: Tries;
}

export function fillRules(rules: Sparse): Rules {
  const { contest = null, week = null, day = null, gap_ms = null, starts_per_hour = null } = rules.tries ?? {};
  return {
    ...rules,
    time_zone: rules.time_zone ?? "Asia/Ho_Chi_Minh",
    late_start: rules.late_start ?? "finish",
    grace_ms: rules.grace_ms ?? 30_000,
    tries: { contest, week, day, gap_ms, starts_per_hour },
  };
}

/** Questions on a paper. */
export function questionsOf(rules: Pick<Sparse, "paper">): number {
  const { fixed = [], draw = [] } = rules.paper;
  return fixed.length || draw.reduce((sum, step) => sum + step.count, 0);
}

export type Phase = "before" | "open" | "over" | "closed";

/** `over`: nothing starts any more, papers may still run; `closed`: every paper is in. */
export function phaseOf(contest: Pick<Contest, "rules" | "closed_at">, now: number): Phase {
  if (contest.closed_at) return "closed";
  if (now < Date.parse(contest.rules.opens)) return "before";
  return now < Date.parse(contest.rules.closes) ? "open" : "over";
}
