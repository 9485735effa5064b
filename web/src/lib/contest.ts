/** Which contest this site is about, with waiting and keeping: for pages that do more than show it. */
import type { Contest as Served } from "./api/types.ts";
import { got } from "./api/problem.ts";
import { choose, type Contest } from "./pick.ts";
import { fillRules } from "./rules.ts";
import { store } from "./store.ts";

export { segment, type Contest } from "./pick.ts";

/** Asks the service; null where no contest has been applied. Kept, so that a paper can be reopened without network. */
export async function fetchContest(): Promise<Contest | null> {
  const contests = (await (await got("/api/quiz/v1/contests")).json()) as Served[];
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
