/** Types of the four services from their OpenAPI documents in `openapi/`; `--check` fails where the committed ones differ. */
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const check = process.argv.includes("--check");
let differs = false;

for (const service of ["registration", "quiz", "scoring", "stats"]) {
  const document = JSON.parse(await readFile(`openapi/${service}.json`, "utf8"));
  const types = `/** Made by scripts/api-types.ts from openapi/${service}.json. */\n${astToString(await openapiTS(document, { defaultNonNullable: false }))}`;
  const file = `src/lib/api/${service}.d.ts`;
  if (!check) await writeFile(file, types);
  else if ((await readFile(file, "utf8").catch(() => "")) !== types) {
    differs = true;
    console.error(`${file} is not what openapi/${service}.json says; run \`python scripts/web.py api\`.`);
  }
}
if (differs) process.exit(1);
