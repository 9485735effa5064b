/** Renders one page to HTML. Runs at build time only. */
import { createRawSnippet, type Component } from "svelte";
import { render } from "svelte/server";
import { pages as titles } from "#text/pages";
import { shell } from "#text/shell";
import { pick } from "#lib/locale.ts";
import type { Page } from "../../pages.ts";
import Frame from "./Frame.svelte";
import type { Site } from "./site.ts";

/** Nothing is hydrated, so the marks for it are only bytes. */
const plain = (html: string) => html.replace(/<!--.{0,12}?-->/g, "");
const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

export function renderPage(page: Page, view: Component<{ page: Page; site: Site | null }>, site: Site | null) {
  const inner = render(view, { props: { page, site } });
  const children = createRawSnippet(() => ({ render: () => inner.body || " " }));
  const outer = render(Frame, { props: { page, site, children } });
  const [name, description] = titles[page.title];
  const where = site ? pick(site.rules.title) : shell.site;
  return {
    head: inner.head + outer.head,
    body: plain(outer.body),
    title: escape(page.path === "" ? where : `${name} – ${where}`),
    description: escape(description),
  };
}
