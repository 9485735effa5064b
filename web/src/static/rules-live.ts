/** Redraws the rules from the service: what was rendered at build time may have changed since. */
import { fetchContest } from "../lib/contest.ts";
import { pick } from "../lib/locale.ts";
import { themeSwitch } from "../shell/theme.ts";
import { words, type Section } from "./words.ts";

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function draw({ title, lines }: Section): HTMLElement {
  const section = document.createElement("section");
  const list = document.createElement("ul");
  list.append(...lines.map((line) => element("li", line)));
  section.append(element("h2", title), list);
  return section;
}

themeSwitch();
const contest = await fetchContest().catch(() => null);
if (contest) {
  const title = document.querySelector("[data-title]");
  if (title) title.textContent = pick(contest.rules.title);
  document.getElementById("rules")?.replaceChildren(...words(contest.rules).map(draw));
}
