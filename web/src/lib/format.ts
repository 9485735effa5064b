/** Numbers and times for people. `Intl` objects are made at first use: the first costs 120 ms on a slow phone. */
import { locale } from "#lib/locale.ts";

const zones = new Map<string, Intl.DateTimeFormat>();
let numbers: Intl.NumberFormat | undefined;

export interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 0 is Sunday. */
  weekday: number;
}

/** The calendar in a time zone. */
export function partsIn(at: Date, zone: string): Parts {
  let format = zones.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    zones.set(zone, format);
  }
  const found: Record<string, number> = {};
  for (const part of format.formatToParts(at)) found[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
  return { year, month, day, hour, minute, second, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
}

const two = (n: number) => String(n).padStart(2, "0");
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]; // prettier-ignore

/** `01/9/2023`, in English `1 September 2023`. */
export function day(at: Date, zone: string): string {
  const p = partsIn(at, zone);
  return locale === "vi" ? `${two(p.day)}/${p.month}/${p.year}` : `${p.day} ${MONTHS[p.month - 1] ?? ""} ${p.year}`;
}

/** `23:41`, with `seconds` `23:41:07`. */
export function time(at: Date, zone: string, seconds = false): string {
  const p = partsIn(at, zone);
  return `${two(p.hour)}:${two(p.minute)}${seconds ? `:${two(p.second)}` : ""}`;
}

/** `23:41, 30/9/2023`. */
export function moment(at: Date, zone: string, seconds = false): string {
  return `${time(at, zone, seconds)}, ${day(at, zone)}`;
}

/** `12:41`, from an hour on `1:02:41`. Rounds up: 0:00 stands only when nothing is left. */
export function countdown(ms: number): string {
  const all = Math.max(0, Math.ceil(ms / 1000));
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor((all % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${minutes}:${two(all % 60)}`;
}

/** `2 ngày 3 giờ`, `18 phút`, `40 giây`: the two largest units. */
export function span(ms: number): string {
  const names = locale === "vi" ? ["ngày", "giờ", "phút", "giây"] : ["day", "hour", "minute", "second"];
  const sizes = [86_400_000, 3_600_000, 60_000, 1000];
  const parts: string[] = [];
  let rest = Math.max(0, ms);
  for (const [n, size] of sizes.entries()) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${names[n] ?? ""}${locale === "en" && count !== 1 ? "s" : ""}`);
    if (parts.length === 2 || (parts.length === 1 && n >= 2)) break;
  }
  return parts.join(" ") || `0 ${names[3] ?? ""}${locale === "en" ? "s" : ""}`;
}

/** `282.063`, in English `282,063`. */
export function number(n: number, digits = 0): string {
  if (digits === 0 && Math.abs(n) < 1000) return String(Math.round(n));
  numbers ??= new Intl.NumberFormat(locale === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: 0 });
  if (digits === 0) return numbers.format(n);
  const fixed = Math.abs(n).toFixed(digits);
  const [whole = "0", decimals = ""] = fixed.split(".");
  return `${n < 0 ? "-" : ""}${numbers.format(Number(whole))}${locale === "vi" ? "," : "."}${decimals}`;
}

/** A share as `61,2 %`. */
export function percent(share: number, digits = 1): string {
  return `${number(share * 100, digits)}\u00a0%`;
}

/** How the zone is called on screen. */
export function zoneName(zone: string): string {
  if (zone === "Asia/Ho_Chi_Minh") return locale === "vi" ? "giờ Việt Nam" : "Vietnam time";
  return zone;
}

/** Digits in fours: `1234 5678 9012`. */
export function grouped(code: string): string {
  return code.replace(/(\d{4})(?=\d)/g, "$1 ");
}
