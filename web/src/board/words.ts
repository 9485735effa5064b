/** What the parts below the numbers say in the same words. */
import { board as t } from "#text/board-more";
import type { Board, Row } from "#lib/board.ts";
import { day, number, partsIn, percent } from "#lib/format.ts";
import { pick, to } from "#lib/locale.ts";

const two = (n: number) => String(n).padStart(2, "0");
const hour = (n: number) => `${two(n % 24)}:00`;
const dayOf = (at: string) => day(new Date(`${at.slice(0, 10)}T00:00:00Z`), "UTC");

/** A bucket's local start for people: `01/9/2023`, `20:00–21:00, 01/9/2023`. */
export function bucketName(at: string): string {
  if (at.length <= 10) return dayOf(at);
  const from = Number(at.slice(11));
  return t.hourOf(hour(from), hour(from + 1), dayOf(at));
}

/** For the axis: `1/9`, `20:00`. */
export function bucketShort(at: string): string {
  if (at.length > 10) return hour(Number(at.slice(11)));
  return `${Number(at.slice(8, 10))}/${Number(at.slice(5, 7))}`;
}

/** The local start of the day or hour that `now` lies in. */
export function bucketAt(now: number, zone: string, hours: boolean): string {
  const p = partsIn(new Date(now), zone);
  return `${p.year}-${two(p.month)}-${two(p.day)}${hours ? `T${two(p.hour)}` : ""}`;
}

export const rateOf = (row: Row) => (row.rate === undefined ? "—" : percent(row.rate));
export const shownCount = (count: number | null | undefined) =>
  count === null || count === undefined ? "—" : number(count);

export const registerAddress = (unit: string) =>
  `${location.origin}${to("dang-ky/")}?don-vi=${encodeURIComponent(unit)}`;

/** The frame of these numbers, for another site; it names its contest, so that it stays with it. */
export function embedCode(board: Board, segment: string, unit?: Row): string {
  const title = (unit ? `${pick(unit.name)} – ` : "") + pick(board.contest.title);
  const path = to("nhung/") + (unit ? `${encodeURIComponent(unit.id)}/` : "");
  const safe = title.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return `<iframe src="${location.origin}${path}?cuoc-thi=${encodeURIComponent(segment)}" title="${safe}" width="360" height="340" sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" loading="lazy" style="border:0"></iframe>`;
}
