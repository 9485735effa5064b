/** Units with their numbers: which stand where, in which order, and what of a parent no child accounts for. */
import { COUNTS, type Count, type Row } from "#lib/board.ts";
import { pick } from "#lib/locale.ts";
import { Units, type UnitRow } from "#lib/units.ts";

export type SortKey = "rate" | "name" | "headcount" | (typeof COUNTS)[number];

export interface Line {
  row: Row;
  depth: number;
  /** Units right below. */
  below: number;
  open: boolean;
}

export class Tree {
  private readonly rows: Map<string, Row>;
  private readonly units: Units;

  constructor(rows: readonly Row[]) {
    this.rows = new Map(rows.map((row) => [row.id, row]));
    this.units = new Units(
      rows.map((row) => ({
        id: row.id,
        name: row.name.vi,
        en: row.name.en ?? null,
        parent: row.parent && this.rows.has(row.parent) ? row.parent : null,
      })),
    );
  }

  get(id: string): Row | undefined {
    return this.rows.get(id);
  }

  below(id?: string): Row[] {
    return this.rowsOf(this.units.below(id));
  }

  /** From the root down to the unit itself. */
  path(id: string): Row[] {
    return this.rowsOf(this.units.path(id));
  }

  search(typed: string, most: number): { rows: Row[]; total: number } {
    const { units, total } = this.units.search(typed, most);
    return { rows: this.rowsOf(units), total };
  }

  /** Where the tree begins to say something: a single root has the contest's own numbers. */
  get top(): string | undefined {
    const roots = this.below();
    return roots.length === 1 && this.below(roots[0]?.id).length ? roots[0]?.id : undefined;
  }

  /** Place of every unit by one key; `-` before it when falling. What has no value stands last in either direction. */
  order(sort: string): Map<string, number> {
    const key = sort.replace("-", "") as SortKey;
    const sign = sort.startsWith("-") ? -1 : 1;
    const collator = new Intl.Collator("vi", { numeric: true });
    const byName = (a: Row, b: Row) => collator.compare(pick(a.name), pick(b.name));
    const sorted = [...this.rows.values()].sort((a, b) => {
      if (key === "name") return sign * byName(a, b);
      const [x, y] = [valueOf(a, key), valueOf(b, key)];
      if (x === null || y === null) return Number(x === null) - Number(y === null) || byName(a, b);
      return sign * (x - y) || byName(a, b);
    });
    return new Map(sorted.map((row, n) => [row.id, n]));
  }

  /** What the table shows: everything below `from` whose parents are open. Units that came after sorting stand last. */
  lines(from: string | undefined, open: ReadonlySet<string>, order: ReadonlyMap<string, number>, depth = 0): Line[] {
    const place = (row: Row) => order.get(row.id) ?? Infinity;
    const rows = this.below(from).sort((a, b) => place(a) - place(b) || 0);
    return rows.flatMap((row) => {
      const below = this.below(row.id).length;
      const line = { row, depth, below, open: below > 0 && open.has(row.id) };
      return line.open ? [line, ...this.lines(row.id, open, order, depth + 1)] : [line];
    });
  }

  private rowsOf(units: readonly UnitRow[]): Row[] {
    return units.flatMap(({ id }) => this.rows.get(id) ?? []);
  }
}

/**
 * The lines to draw now: those that stand on the page already (`drawn`, by id) and the first `most` new ones. Fifty rows
 * in one go hold a slow phone for a third of a second, and with it the next letter that is typed.
 */
export function inPieces(lines: readonly Line[], drawn: ReadonlySet<string>, most: number): Line[] {
  let left = most;
  return lines.filter(({ row }) => drawn.has(row.id) || left-- > 0);
}

function valueOf(row: Row, key: Exclude<SortKey, "name">): number | null {
  if (key === "rate") return row.rate ?? null;
  if (key === "headcount") return row.headcount ?? null;
  return row.n[COUNTS.indexOf(key)] ?? null;
}

/**
 * What a whole has beyond its parts, per count: people entered directly at a parent, attempts in no unit. Null where a
 * part is withheld, so that nothing hidden can be worked out here. Null altogether where nothing is left.
 */
export function remainder(whole: readonly Count[], parts: readonly Row[]): Count[] | null {
  if (parts.length === 0) return null;
  const left = whole.map((number, n) => {
    const own = parts.map((part) => part.n[n] ?? null);
    if (number === null || own.includes(null)) return null;
    return number - own.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  });
  return left.some((number) => number !== null && number > 0) ? left : null;
}
