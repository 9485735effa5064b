/** The landing's small script: the contest as it is now, a clock of the server, totals. No view library. */
import { landing as t } from "#text/landing";
import { glance, segment, type Contest } from "../lib/pick.ts";
import { moment, number, span, zoneName } from "../lib/format.ts";
import { pick, to } from "../lib/locale.ts";
import { phaseOf, questionsOf } from "../lib/rules.ts";
import { themeSwitch } from "../shell/theme.ts";
import { followWindow } from "../quiz/window.ts";

const put = (name: string, text: string) => {
  for (const element of document.querySelectorAll(`[data-${name}]`)) element.textContent = text;
};
const show = (name: string, on: boolean) => {
  for (const element of document.querySelectorAll<HTMLElement>(`[data-${name}]`)) element.hidden = !on;
};

let contest: Contest | null = null;
/** Quiz does not know of the results; the numbers do. */
let published = false;
/** Server minus steady clock. */
let offset = 0;
const now = () => performance.now() + offset;

function draw(found: Contest): void {
  const { rules } = found;
  const at = (iso: string) => `${moment(new Date(iso), rules.time_zone)} (${zoneName(rules.time_zone)})`;
  put("title", pick(rules.title));
  if (rules.organiser) put("organiser", pick(rules.organiser));
  put("opens", at(rules.opens));
  put("closes", at(rules.closes));
  put("paper", t.paperValue(questionsOf(rules), rules.paper.minutes));
  show("rehearsal", found.rehearsal);
  show("card", true);
  tick();
}

function tick(): void {
  if (!contest) return;
  const phase = phaseOf(contest, now());
  put("state", t.states[published ? "published" : phase]);
  const coming = phase === "before" || phase === "open";
  show("left-row", coming);
  if (coming) {
    put("left-name", t.left[phase]);
    put("left", span(Date.parse(contest.rules[phase === "open" ? "closes" : "opens"]) - now()));
  }
  const main = document.querySelector<HTMLAnchorElement>("[data-main]");
  if (main) {
    main.textContent = t.button[phase];
    main.href = to(phase === "before" ? "dang-ky/" : phase === "open" ? "thi/" : "ket-qua/");
  }
  show("register", phase === "open");
}

async function load(): Promise<void> {
  const sent = performance.now();
  contest = (await glance()) ?? contest;
  if (!contest) return put("state", t.states.none);
  offset = Date.parse(contest.now) - (sent + performance.now()) / 2;
  draw(contest);
}

interface Totals {
  as_of: string;
  contest: { counts: Record<string, number | null>; phase: string };
}

/** The public file, not the stream: a landing page needs no second-by-second numbers. */
async function totals(): Promise<void> {
  if (contest && !document.hidden) {
    const response = await fetch(`/data/contests/${segment(contest.rules.id)}/totals.json`).catch(() => null);
    if (response?.ok) numbers((await response.json()) as Totals, contest);
  }
  setTimeout(() => void totals(), 15_000 + Math.random() * 10_000);
}
function numbers({ as_of, contest: { counts, phase } }: Totals, { rules }: Contest): void {
  published = phase === "published";
  tick();
  for (const element of document.querySelectorAll<HTMLElement>("[data-count]")) {
    const count = counts[element.dataset["count"] ?? ""];
    element.textContent = count === null || count === undefined ? "–" : number(count);
  }
  put("as-of", t.asOf(moment(new Date(as_of), rules.time_zone, true)));
  show("numbers", true);
}

themeSwitch();
await load();
setInterval(tick, 1000);
if (contest) followWindow(segment((contest as Contest).rules.id), (_, first) => void (first || load()));
void totals();
