/** Builds both languages into `dist/`, writes the gateway's headers, and compresses everything in advance. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";
import { headers } from "../build/headers.ts";
import { config } from "../vite.config.ts";
import { pages } from "../pages.ts";

const COMPRESSED = /\.(html|js|css|svg|json|txt|webmanifest)$/;

// First, because a list that cannot be read should not cost a build.
const gateway = headers(pages, process.env.HOITHI_FRAME_ANCESTORS);
for (const locale of ["vi", "en"] as const) await build({ ...config(locale), logLevel: "warn" });
await writeFile("dist/headers.caddy", gateway);

for (const entry of await readdir("dist", { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !COMPRESSED.test(entry.name)) continue;
  if (/^manifest\.\w\w\.json$/.test(entry.name)) {
    await rm(file);
    continue;
  }
  const content = await readFile(file);
  await writeFile(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
}
