/** What every page with a script does first: the theme switch, and the view in place of the loading shape. */
import { mount, type Component } from "svelte";
import { themeSwitch } from "./theme.ts";

export function start<Props extends Record<string, unknown>>(view: Component<Props>, props: Props): void {
  themeSwitch();
  const target = document.getElementById("app");
  if (!target) throw new Error("the page has no #app");
  target.replaceChildren();
  mount(view, { target, props });
}
