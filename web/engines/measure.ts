/**
 * Lighthouse over pages, each run cold and in a browser of its own. Standard input is a `Task`; each run is a line of
 * JSON (`Run`) on standard output. Device and network are Lighthouse's own: a phone, 150 ms, 1.6 Mbps. So is its processor,
 * four times slower, but than the machine that the budgets were set on: Lighthouse would count from this one as it is.
 */
import { json } from "node:stream/consumers";
import lighthouse from "lighthouse";
import { throttling } from "lighthouse/core/config/constants.js";
import puppeteer, { type Page } from "puppeteer-core";

interface Visit {
  name: string;
  url: string;
  /** What the page says once it is the one that is meant, and not a fault or a sign-in. */
  shows: string;
  cookies: Record<string, string>;
  storage: Record<string, string>;
}

interface Task {
  program: string;
  arguments: string[];
  environment: Record<string, string>;
  runs: number;
  /** A function of no arguments that gives the milliseconds it took, and how many those were on the machine of the budgets. */
  work: { script: string; ms: number };
  visits: Visit[];
}

/** Scores 0 to 100, times in ms. `weak`: accessibility audits that failed, and what Lighthouse says would be gained. */
interface Run {
  name: string;
  performance: number;
  accessibility: number;
  lcp: number;
  cls: number;
  tbt: number;
  weak: string[];
}

type Result = NonNullable<Awaited<ReturnType<typeof lighthouse>>>["lhr"];

const SLOWER = 4;
const CATEGORIES = ["performance", "accessibility"];

/** A visit before this one would leave the shared files in the cache, so the session is there before the first document. */
async function prepare(page: Page, { url, cookies, storage }: Visit): Promise<void> {
  const session = await page.createCDPSession();
  for (const [name, value] of Object.entries(cookies)) await session.send("Network.setCookie", { name, value, url });
  await page.evaluateOnNewDocument((items: Record<string, string>) => {
    if (location.protocol === "http:")
      for (const [key, value] of Object.entries(items)) localStorage.setItem(key, value);
  }, storage);
}

async function slowdown(page: Page, { script, ms }: Task["work"]): Promise<number> {
  const took: number[] = [];
  while (took.length < 5) took.push((await page.evaluate(`(${script})()`)) as number);
  return Math.max(1, (SLOWER * ms) / (took.sort((a, b) => a - b)[2] ?? ms));
}

function weak(result: Result): string[] {
  const failed = (result.categories["accessibility"]?.auditRefs ?? []).filter(
    ({ id, weight }) => weight > 0 && result.audits[id]?.score === 0,
  );
  const gains = Object.values(result.audits).flatMap(({ id, metricSavings = {} }) =>
    Object.entries(metricSavings).flatMap(([metric, gain]) => (gain ? [`${id}: ${metric} ${Math.round(gain)}`] : [])),
  );
  return [...failed.map(({ id }) => id), ...gains];
}

async function run(task: Task, visit: Visit): Promise<Run> {
  const browser = await puppeteer.launch({
    executablePath: task.program,
    args: task.arguments,
    env: task.environment,
    headless: "shell",
  });
  try {
    const page = await browser.newPage();
    const cpuSlowdownMultiplier = await slowdown(page, task.work);
    await prepare(page, visit);
    const flags = {
      onlyCategories: CATEGORIES,
      disableStorageReset: true,
      logLevel: "error" as const,
      throttling: { ...throttling.mobileSlow4G, cpuSlowdownMultiplier },
    };
    const result = (await lighthouse(visit.url, flags, undefined, page))?.lhr;
    if (!result || result.runtimeError)
      throw new Error(`${visit.name}: ${result?.runtimeError?.message ?? "Lighthouse gave no result"}`);
    await page.waitForFunction(
      (text: string) => document.body.innerText.includes(text),
      { timeout: 5000 },
      visit.shows,
    );
    const score = (category: string) => Math.round((result.categories[category]?.score ?? 0) * 100);
    const value = (audit: string) => result.audits[audit]?.numericValue ?? NaN;
    return {
      name: visit.name,
      performance: score("performance"),
      accessibility: score("accessibility"),
      lcp: value("largest-contentful-paint"),
      cls: value("cumulative-layout-shift"),
      tbt: value("total-blocking-time"),
      weak: weak(result),
    };
  } finally {
    await browser.close();
  }
}

const task = (await json(process.stdin)) as Task;
for (const visit of task.visits)
  for (let n = 0; n < task.runs; n += 1) console.log(JSON.stringify(await run(task, visit)));
