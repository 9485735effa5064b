/** The public files of numbers as the board's writer makes them (services/stats/documents.py). */
export type Count = number | null;
export const COUNTS = ["registrants", "participants", "attempts", "valid", "perfect"] as const;
export type CountName = (typeof COUNTS)[number];
export type Phase = "not_open" | "open" | "closing" | "closed" | "published";
export interface Text {
  vi: string;
  en?: string | null;
}
export interface Bucket {
  /** Local start in the contest's zone: `2023-09-01` or `2023-09-01T20`. */
  at: string;
  attempts?: Count;
  registrants?: Count;
}
export interface Row {
  id: string;
  name: Text;
  parent?: string;
  kind?: string;
  /** In the order of COUNTS. */
  n: Count[];
  withheld?: Record<string, "until_closing" | "few_participants">;
  headcount?: number;
  /** 1 is 100 %. */
  rate?: number;
  target?: number;
  merged?: string[];
}
export interface ContestNumbers {
  contest_id: string;
  title: Text;
  phase: Phase;
  time_zone: string;
  opens: string;
  closes: string;
  rehearsal?: boolean;
  counts: Record<CountName, Count>;
  as_of?: Partial<Record<CountName, string>>;
  withheld?: Record<string, string>;
  headcount?: number;
  by_day?: Bucket[];
  by_hour?: Bucket[];
  distribution?: number[];
}
export interface Board {
  schema: number;
  rev: number;
  as_of: string;
  contest: ContestNumbers;
  units: Row[];
}
export interface Totals {
  rev: number;
  as_of: string;
  totals: Count[];
}

/** What this build understands; a file with a higher one was written for newer pages. */
export const SCHEMA = 1;

export const isFinal = (phase: Phase) => phase === "closed" || phase === "published";

export interface Answer<T> {
  data: T;
  /** Server time, Unix milliseconds, as the answer said it; null where it did not. */
  now: number | null;
}

/** A public file; null where there is none. Throws when the network or the server fails. */
export async function file<T extends { schema: number }>(path: string): Promise<Answer<T> | null> {
  const response = await fetch(`/data/${path}`);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const data = (await response.json()) as T;
  const date = Date.parse(response.headers.get("date") ?? "");
  return { data, now: Number.isNaN(date) ? null : date };
}

/** The contest that a page is about, as a path segment: named in the address, by the page itself, or the first there is. */
export async function contestSegment(): Promise<string | null> {
  const named = new URLSearchParams(location.search).get("cuoc-thi");
  const told = document.querySelector<HTMLElement>("[data-contest]")?.dataset["contest"];
  if (named ?? told) return (named ?? told ?? "").replace("/", "~");
  const found = await file<{ schema: number; contests: { id: string }[] }>("contests.json");
  return found?.data.contests[0]?.id.replace("/", "~") ?? null;
}

/** The unit in an address such as `/so-lieu/T-THADS/`. */
export function unitOf(path: string): string | null {
  const found = /^(?:\/en)?\/(?!en\/)[\w-]+\/([^/]+)\/?$/.exec(path);
  return found?.[1] ? decodeURIComponent(found[1]) : null;
}
