import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { InlineConfig } from "vite";
import { prerender } from "./build/prerender.ts";
import type { Locale } from "./build/html.ts";
import { pages } from "./pages.ts";

const root = fileURLToPath(new URL(".", import.meta.url));
const gateway = process.env.HOITHI_ORIGIN ?? "http://localhost:8080";

/** One build per language: the texts are a constant of the build, nothing is fetched for them. */
export function config(locale: Locale): InlineConfig {
  return {
    root,
    configFile: false,
    appType: "mpa",
    plugins: [svelte(), prerender(pages, locale)],
    resolve: {
      alias: { "#text": `${root}src/lib/i18n/${locale}`, "#lib": `${root}src/lib` },
      ...(process.env.VITEST ? { conditions: ["browser"] } : {}),
    },
    define: { __LOCALE__: JSON.stringify(locale) },
    build: {
      // The floor of the pages: Chrome 111, Safari 16.4, Firefox 121. Older browsers are told so by a page of their own.
      target: ["chrome111", "safari16.4", "firefox121"],
      emptyOutDir: locale === "vi",
      copyPublicDir: locale === "vi",
      assetsInlineLimit: 0,
      modulePreload: {
        polyfill: false,
        resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : []),
      },
      reportCompressedSize: false,
      rollupOptions: {
        checks: { pluginTimings: false },
        output: {
          // Small files that nearly every page uses travel together: apart, each costs a request and packs worse.
          codeSplitting: {
            groups: [
              { name: "svelte", test: /node_modules\/(svelte|esm-env|clsx)\// },
              { name: "base", test: /src\/(lib\/(store|locale|format|pick|rules)|shell\/theme|quiz\/window)\.ts/ },
              // The frame for other sites wants this and no more.
              { name: "retry", test: /src\/lib\/retry\.ts/ },
              { name: "common", test: /src\/(lib\/(later|uuid|who|contest|repeat)|shell\/start)\.ts/ },
              { name: "tries", test: /src\/quiz\/(shelf|tries)\.ts/ },
            ],
          },
        },
      },
      manifest: `manifest.${locale}.json`,
    },
    server: {
      proxy: { "/api": proxied(), "/data": proxied() },
    },
  };
}

/** The services compare Origin with their own address. */
function proxied() {
  return { target: gateway, changeOrigin: true, headers: { origin: gateway } };
}

export default {
  ...config(process.env.LOCALE === "en" ? "en" : "vi"),
  test: { environment: "jsdom", include: ["src/**/*.test.ts", "build/**/*.test.ts"] },
};
