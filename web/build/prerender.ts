/** The Vite plugin that turns `pages.ts` into HTML files: each view is rendered by `svelte/server` at build time. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { createServer, type Plugin, type Rollup, type ViteDevServer } from "vite";
import type { Page } from "../pages.ts";
import { addressOf, html, type Locale, type Rendered } from "./html.ts";

export function prerender(pages: Page[], locale: Locale): Plugin {
  let root = "";
  let renderer: ViteDevServer | undefined;
  const files = new Map<string, Page>();
  const fileOf = (page: Page) => resolve(root, `.${addressOf(page, locale)}index.html`);
  return {
    name: "hoithi:prerender",
    enforce: "pre",
    config: (config) => {
      root = config.root ?? process.cwd();
      for (const page of pages) files.set(fileOf(page), page);
      return { build: { rollupOptions: { input: [...files.keys()] } } };
    },
    async buildStart() {
      if (this.meta.watchMode || process.env.VITEST || renderer) return;
      renderer = await createRenderer(root, locale);
    },
    resolveId: (id) => (files.has(id) ? id : undefined),
    async load(id) {
      const page = files.get(id);
      return page && renderer ? html(page, locale, await render(renderer, page, root)) : undefined;
    },
    transformIndexHtml: {
      order: "post",
      handler(text, { filename, bundle }) {
        const part = files.get(filename)?.early?.part;
        if (!part || !bundle) return text;
        const chunk = Object.values(bundle).find((each) => each.type === "chunk" && each.name === part);
        if (!chunk) throw new Error(`The build has no part ${part}; see \`early\` in pages.ts.`);
        const missing = filesOf(bundle, chunk.fileName).filter((file) => !text.includes(`"/${file}"`));
        return text.replace("<html ", `<html data-part="${missing.map((file) => `/${file}`).join(" ")}" `);
      },
    },
    async closeBundle() {
      await renderer?.close();
      renderer = undefined;
    },
    configureServer(server) {
      if (server.config.server.middlewareMode) return;
      const byAddress = new Map(pages.map((page) => [addressOf(page, locale), page]));
      server.middlewares.use((request, response, next) => {
        const address = (request.url ?? "/").split("?")[0] ?? "/";
        const page =
          byAddress.get(address) ?? pages.find((each) => each.deeper && address.startsWith(addressOf(each, locale)));
        if (!page) return next();
        render(server, page, root)
          .then((rendered) => server.transformIndexHtml(address, html(page, locale, rendered)))
          .then((text) => response.setHeader("content-type", "text/html; charset=utf-8").end(text), next);
      });
    },
  };
}

/** A chunk, all that it imports before it runs, and their style sheets: each asked for late is a round trip more. */
export function filesOf(bundle: Rollup.OutputBundle, entry: string): string[] {
  const found = new Set<string>();
  const styles = new Set<string>();
  const take = (name: string) => {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || found.has(name)) return;
    found.add(name);
    chunk.viteMetadata?.importedCss.forEach((file) => styles.add(file));
    chunk.imports.forEach(take);
  };
  take(entry);
  return [...found, ...styles];
}

/** A Vite server that listens nowhere: it compiles components for `svelte/server`. */
async function createRenderer(root: string, locale: Locale): Promise<ViteDevServer> {
  return createServer({
    root,
    configFile: false,
    appType: "custom",
    logLevel: "error",
    plugins: [svelte()],
    resolve: { alias: { "#text": `${root}/src/lib/i18n/${locale}`, "#lib": `${root}/src/lib` } },
    define: { __LOCALE__: JSON.stringify(locale) },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
}

async function render(server: ViteDevServer, page: Page, root: string): Promise<Rendered> {
  const [{ renderPage }, view] = await Promise.all([
    server.ssrLoadModule("/src/shell/render.ts"),
    server.ssrLoadModule(`/${page.view}`),
  ]);
  return renderPage(page, view["default"], site(root)) as Rendered;
}

/** The contest that the static pages tell of before their script asks the service; see `scripts/web.py`. */
function site(root: string): unknown {
  const file = process.env.HOITHI_SITE ?? resolve(root, ".site.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}
