/** Makes the two committed font files from the full TTF: only the letters the pages use, so text must be NFC. */
import { readFile, writeFile, mkdir } from "node:fs/promises";
import subsetFont from "subset-font";
import { LETTERS } from "./letters.ts";

const SOURCES = {
  "be-vietnam-pro-400": "400Regular/BeVietnamPro_400Regular.ttf",
  "be-vietnam-pro-600": "600SemiBold/BeVietnamPro_600SemiBold.ttf",
};

await mkdir("src/lib/fonts", { recursive: true });
for (const [name, source] of Object.entries(SOURCES)) {
  const full = await readFile(`node_modules/@expo-google-fonts/be-vietnam-pro/${source}`);
  const subset = await subsetFont(full, LETTERS, { targetFormat: "woff2", keepFeatures: ["kern"], noHinting: true });
  await writeFile(`src/lib/fonts/${name}.woff2`, subset);
  console.log(name, [...LETTERS].length, "letters", subset.length, "bytes");
}
