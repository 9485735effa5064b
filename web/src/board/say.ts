/** What the board says first: times, the sentence, addresses. */
import { board as t } from "#text/board";
import { COUNTS, type Board, type Row } from "#lib/board.ts";
import { day, moment, number, time, zoneName } from "#lib/format.ts";
import { to } from "#lib/locale.ts";
import type { Shown } from "./shown.ts";

export const momentOf = (iso: string, zone: string) => `${moment(new Date(iso), zone, true)} (${zoneName(zone)})`;

/** Without the day where it is the same as that of the newest number. */
export function shortMoment(iso: string, newest: string, zone: string): string {
  const same = day(new Date(iso), zone) === day(new Date(newest), zone);
  return same ? time(new Date(iso), zone, true) : moment(new Date(iso), zone);
}

/** All five counts as one sentence, for listening. */
export function sentence(shown: Shown, zone: string): string {
  const list = COUNTS.map((name, n) => {
    const count = shown.counts[n] ?? null;
    return count === null ? `${t.counts[name]} ${t.hidden.toLowerCase()}` : `${number(count)} ${t.counts[name]}`;
  });
  return t.sentence(momentOf(shown.asOf, zone), list.join(", "));
}

export const rowOf = (board: Board, id: string): Row | undefined => board.units.find((unit) => unit.id === id);

/** The board's or a unit's page, of the same contest where the address named one. */
export const boardAddress = (unit?: string) => to("so-lieu/") + (unit ? `${encodeURIComponent(unit)}/` : "") + query();

export function query(): string {
  const named = new URLSearchParams(location.search).get("cuoc-thi");
  return named ? `?cuoc-thi=${encodeURIComponent(named)}` : "";
}
