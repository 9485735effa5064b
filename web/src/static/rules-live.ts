/** Redraws the rules where the service's are no longer those that the page was built with. */
import { glance } from "../lib/pick.ts";
import { themeSwitch } from "../shell/theme.ts";
import { printOfRules } from "./print.ts";

themeSwitch();
const contest = await glance();
const shown = document.getElementById("rules");
if (contest && shown && shown.dataset["print"] !== printOfRules(contest.rules)) {
  const { redraw } = await import("./redraw.ts");
  redraw(contest, shown);
}
