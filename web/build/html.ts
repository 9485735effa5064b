/** The HTML around a rendered view. */
import { createHash } from "node:crypto";
import type { Page } from "../pages.ts";

export type Locale = "vi" | "en";

const CONTESTS = "/api/quiz/v1/contests";

/**
 * Runs before the first paint, so it stands in the page itself and its hash in the content security policy: the theme
 * somebody chose, and the way out for a browser below the floor. Written for any browser, however old.
 */
const THEME = `try{var t=localStorage.getItem("hoithi.theme");if(t)document.documentElement.setAttribute("data-theme",t)}catch(e){}`;
const FLOOR = `if(!(window.CSS&&CSS.supports&&CSS.supports("selector(:has(a))")&&[].toSorted))location.replace("/trinh-duyet/");`;

/**
 * Asked for here, not by the script that comes first: by a device with a paper the part for answering, which it shows
 * without asking anybody; by any other the contest.
 */
const EARLY = `try{var d=document.documentElement.dataset;(Object.keys(localStorage).join().includes(d.key)?d.part:d.else).split(" ").forEach(function(f){var l=document.createElement("link"),j=/js$/.test(f);l.rel=j?"modulepreload":"preload";l.as=j?"script":/css$/.test(f)?"style":"fetch";l.crossOrigin="";l.href=f;document.head.append(l)})}catch(e){}`;

export const inlineScripts = [THEME, FLOOR + THEME, FLOOR + THEME + EARLY];

export function policyHash(script: string): string {
  return `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
}

export interface Rendered {
  head: string;
  body: string;
  title: string;
  description: string;
}

export function addressOf(page: Page, locale: Locale): string {
  return (locale === "vi" ? "/" : "/en/") + page.path;
}

export function html(page: Page, locale: Locale, rendered: Rendered): string {
  const inline = (page.needsScript ? FLOOR : "") + THEME + (page.early ? EARLY : "");
  const fonts = page.systemFont
    ? ""
    : ["400", "600"]
        .map(
          (weight) =>
            `<link rel="preload" href="/src/lib/fonts/be-vietnam-pro-${weight}.woff2" as="font" type="font/woff2" crossorigin>`,
        )
        .join("\n");
  const others =
    page.frame === "none"
      ? ""
      : `<link rel="alternate" hreflang="${locale === "vi" ? "en" : "vi"}" href="${addressOf(page, locale === "vi" ? "en" : "vi")}" vite-ignore>`;
  // Portals that are given this address find the frame by it (https://oembed.com).
  const embed =
    page.title === "board"
      ? `\n<link rel="alternate" type="application/json+oembed" href="/api/stats/v1/oembed?url={{urlquery .OriginalReq.URL.RequestURI}}" vite-ignore>`
      : "";
  const contest = page.asksContest
    ? `\n<link rel="preload" href="${CONTESTS}" as="fetch" crossorigin vite-ignore>`
    : "";
  return `<!doctype html>
<html lang="${locale}"${page.early ? ` data-key="${page.early.key}" data-else="${CONTESTS}"` : ""}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${rendered.title}</title>
<meta name="description" content="${rendered.description}">
<meta name="color-scheme" content="light dark">
<script>${inline}</script>
${fonts}
<link rel="icon" href="/emblem.svg" type="image/svg+xml">
${others}
<link rel="stylesheet" href="/${page.style ?? "src/lib/base.css"}">${contest}${embed}
${rendered.head}</head>
<body data-page="${page.title}">
${rendered.body}
${page.script ? `<script type="module" src="/${page.script}"></script>` : ""}
</body>
</html>
`;
}
