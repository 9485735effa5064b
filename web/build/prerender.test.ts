import type { Rollup } from "vite";
import { expect, test } from "vitest";
import { filesOf } from "./prerender.ts";

function chunk(fileName: string, imports: string[], css: string[] = [], dynamicImports: string[] = []) {
  return { type: "chunk", fileName, imports, dynamicImports, viteMetadata: { importedCss: new Set(css) } };
}

test("a part is fetched with all that it imports before it runs and their styles, and without what it asks for later", () => {
  const bundle = Object.fromEntries(
    [
      chunk("desk.js", ["engine.js", "qr.js"], ["desk.css"], ["form.js"]),
      chunk("engine.js", ["base.js"]),
      chunk("qr.js", ["base.js"], ["qr.css", "desk.css"]),
      chunk("base.js", ["engine.js"]),
      chunk("form.js", [], ["form.css"]),
    ].map((each) => [each.fileName, each]),
  ) as unknown as Rollup.OutputBundle;
  expect(filesOf(bundle, "desk.js")).toEqual(["desk.js", "engine.js", "base.js", "qr.js", "desk.css", "qr.css"]);
});
