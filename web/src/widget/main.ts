/**
 * The frame for other sites: a contest's or a unit's numbers. It runs in a sandbox without an origin of its own, so it
 * keeps nothing on the device; it tells its height to the page around it as `{type: "hoithi:height", height}`.
 */
import { widget as t } from "#text/widget";
import type { components } from "../lib/api/stats.d.ts";
import { contestSegment, COUNTS, file, unitOf, type ContestNumbers, type Count, type Text } from "../lib/board.ts";
import { moment, number, percent, time, zoneName } from "../lib/format.ts";
import { pick, to } from "../lib/locale.ts";
import { backoff } from "../lib/retry.ts";

const POLL_MS = 10_000;
const JITTER_MS = 10_000;

interface Totals {
  schema: number;
  rev: number;
  as_of: string;
  contest: ContestNumbers;
}
type Unit = components["schemas"]["UnitFrame"];
/** A unit's numbers, or the whole contest's. */
interface Shown extends Omit<Unit, "name" | "counts" | "withheld" | "headcount" | "rate"> {
  /** What the numbers are of, where that is not the contest. */
  name?: Text;
  counts: Partial<Record<string, Count>>;
  withheld?: Record<string, string>;
  headcount?: number | null;
  rate?: number | null;
}

const root = document.getElementById("widget") as HTMLElement;
const at = (name: string) => root.querySelector<HTMLElement>(`[data-${name}]`) as HTMLElement;
const unit = unitOf(location.pathname);
let segment: string | null = null;
let newest: { asOf: string; zone: string } | null = null;

function draw({ as_of, time_zone: zone, title, name: of, counts, withheld, headcount, rate }: Shown): void {
  newest = { asOf: as_of, zone };
  at("title").textContent = pick(of ?? title);
  at("contest").textContent = of ? pick(title) : "";
  for (const name of COUNTS) {
    const field = at(`count="${name}"`);
    const count = counts[name] ?? null;
    field.textContent = count === null ? (withheld?.[name] === "few_participants" ? t.few : t.hidden) : number(count);
    field.classList.toggle("held", count === null);
  }
  const rated = of && typeof rate === "number" && typeof headcount === "number";
  at("rate").textContent = rated ? percent(rate) : "";
  at("headcount").textContent = rated ? t.rate(number(headcount)) : "";
  at("as-of").textContent = t.asOf(`${moment(new Date(as_of), zone, true)} (${zoneName(zone)})`);
  root.classList.remove("stale");
}

async function look(): Promise<void> {
  segment ??= await contestSegment();
  if (!segment) return void (at("as-of").textContent = t.none);
  const link =
    to("so-lieu/") + (unit ? `${encodeURIComponent(unit)}/` : "") + `?cuoc-thi=${encodeURIComponent(segment)}`;
  at("link").setAttribute("href", link);
  const shown = unit ? await ofUnit(segment, unit) : await ofContest(segment);
  if (shown) draw(shown);
  else at("as-of").textContent = t.none;
}

async function ofContest(contest: string): Promise<Shown | null> {
  const totals = await file<Totals>(`contests/${contest}/totals.json`);
  return totals && { ...totals.data.contest, as_of: totals.data.as_of };
}

async function ofUnit(contest: string, id: string): Promise<Shown | null> {
  const response = await fetch(`/api/stats/v1/contests/${contest}/units/${encodeURIComponent(id)}/frame`);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()) as Shown;
}

async function run(failures = 0): Promise<void> {
  try {
    if (!document.hidden || !newest) await look();
    setTimeout(() => void run(), POLL_MS + Math.random() * JITTER_MS);
  } catch {
    if (newest) {
      at("as-of").textContent = t.stale(time(new Date(newest.asOf), newest.zone));
      root.classList.add("stale");
    }
    setTimeout(() => void run(failures + 1), 1000 + backoff(failures + 1));
  }
}

const theme = new URLSearchParams(location.search).get("nen");
if (theme) document.documentElement.dataset["theme"] = theme === "toi" ? "dark" : "light";
new ResizeObserver(() => {
  parent.postMessage({ type: "hoithi:height", height: Math.ceil(root.getBoundingClientRect().height) }, "*");
}).observe(root);
void run();
