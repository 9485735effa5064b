/** The tree of units as pages search and walk it. */
export interface UnitRow {
  id: string;
  name: string;
  en?: string | null;
  kind?: string;
  parent?: string | null;
  /** Where those enter who find no unit of their own. */
  open?: boolean;
  merged_into?: string | null;
}

interface Indexed {
  unit: UnitRow;
  words: string;
  id: string;
}

export class Units {
  private readonly byId = new Map<string, UnitRow>();
  private readonly children = new Map<string, UnitRow[]>();
  /** Made when somebody searches: a board that is only looked at is told anew every second. */
  private indexed?: Indexed[];

  constructor(rows: readonly UnitRow[]) {
    for (const row of rows) {
      if (row.merged_into) continue;
      this.byId.set(row.id, row);
      const siblings = this.children.get(row.parent ?? "");
      if (siblings) siblings.push(row);
      else this.children.set(row.parent ?? "", [row]);
    }
  }

  private get index(): Indexed[] {
    return (this.indexed ??= [...this.byId.values()].map((unit) => ({
      unit,
      words: ` ${bare(`${unit.name} ${unit.en ?? ""}`).replace(/[^\p{L}\p{N}]+/gu, " ")} `,
      id: unit.id.toLowerCase(),
    })));
  }

  get(id: string): UnitRow | undefined {
    return this.byId.get(id);
  }

  /** Units right below one, in the organiser's order; of the roots without an id. */
  below(id?: string): readonly UnitRow[] {
    return this.children.get(id ?? "") ?? [];
  }

  get open(): UnitRow | undefined {
    return [...this.byId.values()].find((unit) => unit.open);
  }

  /** From the root down to the unit itself. */
  path(id: string): UnitRow[] {
    const path: UnitRow[] = [];
    for (
      let unit = this.byId.get(id);
      unit && path.length < 20;
      unit = unit.parent ? this.byId.get(unit.parent) : undefined
    )
      path.unshift(unit);
    return path;
  }

  /** By name without marks, each typed word at the beginning of one of the name's, or by code. Best first. */
  search(typed: string, most = 12): { units: UnitRow[]; total: number } {
    const code = typed.trim().toLowerCase();
    const words = bare(typed)
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean);
    if (words.length === 0) return { units: [], total: 0 };
    const phrase = ` ${words.join(" ")}`;
    const hits: { unit: UnitRow; rank: number }[] = [];
    for (const { unit, words: name, id } of this.index) {
      if (id === code) hits.push({ unit, rank: 0 });
      else if (name.includes(`${phrase} `)) hits.push({ unit, rank: 1 + name.length / 1000 });
      else if (name.includes(phrase)) hits.push({ unit, rank: 2 + name.length / 1000 });
      else if (words.every((word) => name.includes(` ${word}`))) hits.push({ unit, rank: 3 + name.length / 1000 });
      else if (code.length > 2 && id.startsWith(code)) hits.push({ unit, rank: 5 });
    }
    hits.sort((a, b) => a.rank - b.rank);
    return { units: hits.slice(0, most).map((hit) => hit.unit), total: hits.length };
  }
}

/** Letters without marks, for searching: `Việt Yên` is found by `viet yen`; đ is d. */
export function bare(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .replaceAll("đ", "d")
    .trim();
}
