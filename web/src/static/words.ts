/** A contest's rules as sentences: for the page as it is built, and for its script when the rules have changed since. */
import { rules as t } from "#text/rules";
import { day, moment, span, zoneName } from "../lib/format.ts";
import { pick } from "../lib/locale.ts";
import { questionsOf, type Rules } from "../lib/rules.ts";

export interface Section {
  title: string;
  lines: string[];
}

interface Award {
  prizes?: number;
  title?: { vi: string; en?: string | null };
  only_if?: { perfect?: boolean | null };
}

/** `Rules.later` (services/folder/later_model.py), as far as it is told here. */
interface Later {
  ranking?: { by: string; floor_ms?: number }[];
  awards?: { per_person?: { keep: string } | null; individual?: Award[]; special?: Award[]; collective?: Award[] };
  complaints?: { days: number } | null;
}

const later = (rules: Rules) => (rules.later ?? {}) as Later;
const named = (key: string) => t.keys[key] ?? key;

export function prizes(rules: Rules): string[] {
  const { individual = [], special = [], collective = [] } = later(rules).awards ?? {};
  return [...individual, ...special, ...collective].flatMap(({ title, prizes = 1 }) =>
    title ? [t.award(prizes, pick(title))] : [],
  );
}

export function words(rules: Rules): Section[] {
  const sections = [
    when(rules),
    who(rules),
    paper(rules),
    prediction(rules),
    tries(rules),
    ranking(rules),
    awards(rules),
    complaints(rules),
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

function when(rules: Rules): Section {
  const at = (iso: string) => moment(new Date(iso), rules.time_zone);
  const lines = [
    t.from(at(rules.opens), at(rules.closes), zoneName(rules.time_zone)),
    t[rules.late_start],
    t.grace(rules.grace_ms / 1000),
  ];
  return { title: t.window, lines };
}

function who({ registration = {} }: Rules): Section {
  const { age, categories, guardian_under, phone_shared_by = 1, fields = {} } = registration;
  const lines: string[] = [];
  if (age?.from) lines.push(t.age(age.from, day(new Date(age.at), "UTC")));
  if (age?.to) lines.push(t.ageTo(age.to));
  if (lines.length === 0) lines.push(t.anyone);
  if (categories?.length) lines.push(t.categories(categories.map((each) => pick(each.title)).join("; ")));
  if (guardian_under) lines.push(t.guardian(guardian_under));
  if ((fields["phone"] ?? "off") !== "off") lines.push(t.phone(phone_shared_by));
  return { title: t.who, lines };
}

function paper(rules: Rules): Section {
  const { minutes, draw = [], points = 1, reveal = "score", shuffle_options = true } = rules.paper;
  const lines = [t.questions(questionsOf(rules), minutes)];
  if (draw.length) lines.push(t.drawn);
  if (shuffle_options) lines.push(t.shuffled);
  lines.push(t.points(points), t.timeUp, t.reveal[reveal]);
  return { title: t.paper, lines };
}

function prediction(rules: Rules): Section {
  return { title: t.prediction, lines: rules.prediction ? [pick(rules.prediction.ask), t.predictionUse] : [] };
}

function tries(rules: Rules): Section {
  const { contest, week, day: daily, gap_ms } = rules.tries;
  const lines: string[] = [];
  if (contest !== null) lines.push(t.contest(contest));
  if (week !== null) lines.push(t.week(week));
  if (daily !== null) lines.push(t.day(daily));
  if (gap_ms !== null) lines.push(t.gap(span(gap_ms)));
  if (lines.length === 0) lines.push(t.free);
  const counted = rules.counted ?? ["score", "submitted_at"];
  lines.push(typeof counted === "string" ? t.counted[counted] : t.counted.by(counted.map(named).join(", ")));
  return { title: t.tries, lines };
}

function ranking(rules: Rules): Section {
  const steps = later(rules).ranking ?? [];
  const floor = steps.find(({ floor_ms = 0 }) => floor_ms > 0)?.floor_ms;
  const lines = steps.length ? [t.rankingOf(steps.map(({ by }) => named(by)).join(", "))] : [];
  if (floor) lines.push(t.floor(span(floor)));
  return { title: t.ranking, lines };
}

function awards(rules: Rules): Section {
  const { individual = [], per_person } = later(rules).awards ?? {};
  const lines = prizes(rules);
  const all = individual.length > 0 && individual.every(({ only_if }) => only_if?.perfect);
  if (all)
    lines.push(
      `${pick(individual[0]?.title ?? { vi: "" })} … ${pick(individual.at(-1)?.title ?? { vi: "" })}: ${t.perfect}.`,
    );
  if (per_person?.keep === "highest") lines.push(t.perPerson);
  return { title: t.awards, lines };
}

function complaints(rules: Rules): Section {
  const { complaints: window } = later(rules);
  return { title: t.complaints, lines: window ? [t.days(window.days)] : [] };
}
