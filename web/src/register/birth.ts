/** A birth date from three fields in whatever order and shape people type and browsers fill in. */
export interface Birth {
  day: string;
  month: string;
  year: string;
}

/** `YYYY-MM-DD`, or null where it is no real date. */
export function isoDate({ day, month, year }: Birth): string | null {
  const [d, m, y] = [day, month, year].map((part) => (/^\s*\d{1,4}\s*$/.test(part) ? Number(part) : NaN)) as [
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(y, m - 1, d));
  const real = date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d && y >= 1000;
  return real ? date.toISOString().slice(0, 10) : null;
}

/** A whole date pasted or filled into one field: `27/3/1990`, `27-03-1990`, `1990-03-27`. */
export function whole(text: string): Birth | null {
  const parts = text.trim().split(/[\s/.-]+/);
  if (parts.length !== 3 || parts.some((part) => !/^\d{1,4}$/.test(part))) return null;
  const [a, b, c] = parts as [string, string, string];
  if (a.length === 4) return { day: c, month: b, year: a };
  return c.length === 4 ? { day: a, month: b, year: c } : null;
}

/** Whole years from one `YYYY-MM-DD` to another, as birthdays count them. */
export function years(born: string, today: string): number {
  return Number(today.slice(0, 4)) - Number(born.slice(0, 4)) - (today.slice(5) < born.slice(5) ? 1 : 0);
}
