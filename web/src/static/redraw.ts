import { pick } from "../lib/locale.ts";
import type { Contest } from "../lib/pick.ts";
import { words, type Section } from "./words.ts";

export function redraw(contest: Contest, into: HTMLElement): void {
  const title = document.querySelector("[data-title]");
  if (title) title.textContent = pick(contest.rules.title);
  into.replaceChildren(...words(contest.rules).map(draw));
}

function draw({ title, lines }: Section): HTMLElement {
  const section = document.createElement("section");
  const list = document.createElement("ul");
  list.append(...lines.map((line) => element("li", line)));
  section.append(element("h2", title), list);
  return section;
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
