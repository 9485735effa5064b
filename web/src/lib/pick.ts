/** Which contest this site is about: the first open one, else the next to open, else the newest. */
import type { Contest as Served } from "./api/types.ts";
import { fillRules, phaseOf, type Rules } from "./rules.ts";

export interface Contest extends Omit<Served, "rules"> {
  rules: Rules;
}

export function choose(contests: readonly Served[], now: number): Served | undefined {
  const order = (each: Served) => ({ open: 0, before: 1, over: 2, closed: 2 })[phaseOf(each, now)];
  const by = (each: Served) => (order(each) === 2 ? -Date.parse(each.rules.closes) : Date.parse(each.rules.opens));
  return [...contests].sort((a, b) => order(a) - order(b) || by(a) - by(b))[0];
}

/** Asks the service once, for pages that only show the contest; null where there is none or no answer. */
export async function glance(): Promise<Contest | null> {
  const response = await fetch("/api/quiz/v1/contests").catch(() => null);
  if (!response?.ok) return null;
  const contests = (await response.json()) as Served[];
  const found = choose(contests, Date.parse(contests[0]?.now ?? ""));
  return found ? { ...found, rules: fillRules(found.rules) } : null;
}

/** A contest's id as a path segment: a round's slash is written `~`. */
export function segment(contestId: string): string {
  return contestId.replace("/", "~");
}
