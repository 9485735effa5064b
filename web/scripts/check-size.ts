/**
 * Brotli sizes of every page's files against web.md section 9. Fails above a budget. kB = 1,000 B. `script` and `css` are
 * what the page waits for; `all` counts every file that its script may ever fetch too, fonts and the page included.
 */
import { readFile, stat } from "node:fs/promises";
import { pages } from "../pages.ts";

interface Budget {
  script: number;
  css: number;
  all: number;
}

const PLAIN: Budget = { script: 3, css: 3, all: 50 };
const FORM: Budget = { script: 30, css: 4, all: 90 };
const BUDGETS: Record<string, Budget> = {
  landing: PLAIN,
  rules: PLAIN,
  privacy: PLAIN,
  browser: PLAIN,
  notFound: PLAIN,
  receipt: { script: 8, css: 3, all: 50 },
  register: FORM,
  signIn: FORM,
  results: FORM,
  guardian: FORM,
  own: FORM,
  quiz: { script: 25, css: 3, all: 75 },
  board: { script: 25, css: 4, all: 90 },
  // The library that draws codes comes with it.
  poster: FORM,
  widget: { script: 12, css: 2, all: 20 },
};

/** What the gateway sends for a file: the compressed one where there is one. */
async function sent(file: string): Promise<number> {
  const compressed = await stat(`dist${file}.br`).catch(() => null);
  return (compressed ?? (await stat(`dist${file}`))).size;
}

/** Files that scripts name and the page does not. */
async function reached(scripts: Set<string>): Promise<Set<string>> {
  const found = new Set(scripts);
  for (const file of found) {
    if (!file.endsWith(".js")) continue;
    const text = await readFile(`dist${file}`, "utf8");
    for (const [, name = ""] of text.matchAll(/["'`](?:\.\/|\/?assets\/)([\w.-]+\.(?:js|css))["'`]/g))
      found.add(`/assets/${name}`);
  }
  return new Set([...found].filter((file) => !scripts.has(file)));
}

async function measure(path: string) {
  const html = await readFile(`dist${path}index.html`, "utf8");
  const scripts = new Set<string>();
  const styles = new Set<string>();
  const fonts = new Set<string>();
  for (const [, file = ""] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g))
    (file.endsWith(".js") ? scripts : file.endsWith(".css") ? styles : fonts).add(file);
  const later = await reached(scripts);
  const sum = async (files: Set<string>) => (await Promise.all([...files].map(sent))).reduce((a, b) => a + b, 0);
  const first = { script: await sum(scripts), css: await sum(styles) };
  const rest = [await sum(fonts), await sum(later), await sent(`${path}index.html`)];
  return { ...first, all: first.script + first.css + rest.reduce((a, b) => a + b, 0) };
}

let over = false;
for (const page of pages) {
  const budget = BUDGETS[page.title];
  if (!budget) throw new Error(`${page.title} has no budget in scripts/check-size.ts`);
  for (const prefix of ["/", "/en/"]) {
    const found = await measure(prefix + page.path);
    const parts = (["script", "css", "all"] as const).map((part) => {
      const kb = found[part] / 1000;
      const bad = kb > budget[part];
      over ||= bad;
      return `${part} ${kb.toFixed(1)}/${budget[part]}${bad ? " OVER" : ""}`;
    });
    console.log((prefix + page.path).padEnd(24), parts.join("   "));
  }
}
if (over) process.exit(1);
