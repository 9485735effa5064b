/**
 * Walks in one engine. The first line of standard input is a `Task`, as JSON. Standard output is a line of JSON for each
 * step (`Step`), or for what is to be done outside (`{"ask": "cut"}`), which an empty line on standard input answers.
 */
import { createInterface } from "node:readline";
import { firefox, type FirefoxTask } from "./firefox.ts";
import { Walk, type Place } from "./walk.ts";
import { webkit, type WebKitTask } from "./webkit.ts";

type Task = Place & ({ engine: "firefox"; browser: FirefoxTask } | { engine: "webkit"; browser: WebKitTask });

/** `fault`: empty where the step held. */
interface Step {
  step: string;
  seconds: number;
  fault: string;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const line = async () => String((await lines.next()).value);
const say = (what: Step | { ask: string }) => console.log(JSON.stringify(what));
async function ask(what: string): Promise<void> {
  say({ ask: what });
  await line();
}

async function timed<T>(step: string, deed: () => Promise<T>): Promise<T | null> {
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 100) / 10;
  try {
    const result = await deed();
    say({ step, seconds: seconds(), fault: "" });
    return result;
  } catch (error) {
    say({ step, seconds: seconds(), fault: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

const task = JSON.parse(await line()) as Task;
const engine = await timed(`${task.engine}, open the browser`, () =>
  task.engine === "firefox" ? firefox(task.browser) : webkit(task.browser),
);
if (!engine) process.exit(1);
const outside = { cut: () => ask("cut"), mend: () => ask("mend"), sit: () => ask("sit") };
for (const [step, deed] of new Walk(engine, task, outside).steps) {
  const held = await timed(`${engine.name}, ${step}`, async () => {
    try {
      await deed();
    } catch (error) {
      const shown = await engine
        .run("() => `${location.href}: ${document.body.innerText.slice(0, 400)}`")
        .catch(String);
      throw new Error(
        `${error instanceof Error ? error.message : String(error)}. The page is ${JSON.stringify(shown)}`,
      );
    }
    return true;
  });
  if (!held) break;
}
const { complaints } = engine;
if (complaints)
  await timed(`${engine.name}, no error on the console`, async () => {
    if (complaints.length) throw new Error(complaints.join("; "));
  });
await engine.close();
process.exit(0);
