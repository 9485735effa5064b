/** Which contest this site is about: the first open one, else the next to open, else the newest. */
import type { Contest as Served } from "./api/types.ts";
import { refusalOf } from "./api/problem.ts";
import { fillRules, phaseOf, type Rules } from "./rules.ts";
import { store } from "./store.ts";

export interface Contest extends Omit<Served, "rules"> {
  rules: Rules;
}

export function choose(contests: readonly Served[], now: number): Served | undefined {
  const by = (phase: string) => contests.filter((each) => phaseOf(each, now) === phase);
  const time = (each: Served, key: "opens" | "closes") => Date.parse(each.rules[key]);
  return (
    by("open").sort((a, b) => time(a, "opens") - time(b, "opens"))[0] ??
    by("before").sort((a, b) => time(a, "opens") - time(b, "opens"))[0] ??
    [...contests].sort((a, b) => time(b, "closes") - time(a, "closes"))[0]
  );
}

/** Asks the service; null where no contest has been applied. Kept, so that a paper can be reopened without network. */
export async function fetchContest(): Promise<Contest | null> {
  const response = await fetch("/api/quiz/v1/contests");
  if (!response.ok) throw await refusalOf(response);
  const contests = (await response.json()) as Served[];
  const found = choose(contests, Date.parse(contests[0]?.now ?? ""));
  if (!found) return null;
  store.set("contest", found);
  return { ...found, rules: fillRules(found.rules) };
}

/** What the device keeps of the contest it saw last. */
export function keptContest(): Contest | null {
  const kept = store.get("contest") as Served | null;
  return kept && { ...kept, rules: fillRules(kept.rules) };
}

/** A contest's id as a path segment: a round's slash is written `~`. */
export function segment(contestId: string): string {
  return contestId.replace("/", "~");
}
