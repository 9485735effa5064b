/**
 * The frame for other sites: a contest's or a unit's numbers. It runs in a sandbox without an origin of its own, so it
 * keeps nothing on the device; it tells its height to the page around it as `{type: "hoithi:height", height}`.
 */
import { widget as t } from "#text/widget";
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
/** `GET /api/stats/v1/contests/{contest}/units/{unit}`, as far as it is shown. */
interface Unit {
  time: string;
  name: Text;
  counts: Record<string, Count>;
  withheld?: Record<string, string>;
  headcount?: number | null;
  rate?: number | null;
}

const root = document.getElementById("widget") as HTMLElement;
const at = (name: string) => root.querySelector<HTMLElement>(`[data-${name}]`) as HTMLElement;
const unit = unitOf(location.pathname);
let segment: string | null = null;
let newest: { asOf: string; zone: string } | null = null;

function draw({ contest, as_of }: Totals, of: Unit | null): void {
  const zone = contest.time_zone;
  newest = { asOf: as_of, zone };
  at("title").textContent = pick(contest.title);
  at("unit").textContent = of ? pick(of.name) : "";
  at("unit").hidden = !of;
  const counts: Record<string, Count> = of?.counts ?? contest.counts;
  const withheld = of ? of.withheld : contest.withheld;
  for (const name of COUNTS) {
    const field = at(`count="${name}"`);
    const count = counts[name] ?? null;
    field.textContent = count === null ? (withheld?.[name] === "few_participants" ? t.few : t.hidden) : number(count);
    field.classList.toggle("held", count === null);
  }
  const rated = typeof of?.rate === "number" && typeof of.headcount === "number";
  at("rate").textContent = rated ? t.rate(percent(of.rate ?? 0), number(of.headcount ?? 0)) : "";
  at("rate").hidden = !rated;
  at("as-of").textContent = t.asOf(`${moment(new Date(as_of), zone, true)} (${zoneName(zone)})`);
  root.classList.remove("stale");
}

async function look(): Promise<void> {
  segment ??= await contestSegment();
  if (!segment) return void (at("as-of").textContent = t.none);
  const link =
    to("so-lieu/") + (unit ? `${encodeURIComponent(unit)}/` : "") + `?cuoc-thi=${encodeURIComponent(segment)}`;
  at("link").setAttribute("href", link);
  const totals = await file<Totals>(`contests/${segment}/totals.json`);
  if (!totals) return void (at("as-of").textContent = t.none);
  const response = unit ? await fetch(`/api/stats/v1/contests/${segment}/units/${encodeURIComponent(unit)}`) : null;
  if (response && !response.ok) throw new Error(String(response.status));
  draw(totals.data, response ? ((await response.json()) as { unit: Unit }).unit : null);
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
