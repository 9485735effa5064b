/**
 * What was chosen and what of it is durable. A question is pending from the choice until a save that carried exactly
 * that choice was acknowledged; nothing else ever clears it.
 */
export type Value = readonly string[];

/** The prediction stands beside the questions under this key, as its digits. */
export const PREDICTION = "";

export type Mark = "none" | "saved" | "pending";

/** One save on its way: which change of each key it carries. */
export interface Batch {
  seq: number;
  changes: Record<string, number>;
  values: Record<string, Value>;
}

/** How it lies on the device. */
export interface Kept {
  values: Record<string, Value>;
  acked: Record<string, Value>;
  pending: Record<string, number>;
  sent: Record<string, Value[]>;
  change: number;
  seq: number;
}

const NOTHING: Value = [];
const same = (a: Value, b: Value) => a.length === b.length && a.every((id) => b.includes(id));

export class Answers {
  private values: Record<string, Value>;
  private acked: Record<string, Value>;
  private pending: Record<string, number>;
  private sent: Record<string, Value[]>;
  private change: number;
  private seq: number;

  constructor(kept?: Kept) {
    this.values = kept?.values ?? {};
    this.acked = kept?.acked ?? {};
    this.pending = kept?.pending ?? {};
    this.sent = kept?.sent ?? {};
    this.change = kept?.change ?? 0;
    this.seq = kept?.seq ?? 0;
  }

  static fromServer(answers: Record<string, Value>): Answers {
    const made = new Answers();
    made.values = { ...answers };
    made.acked = { ...answers };
    return made;
  }

  keep(): Kept {
    const { values, acked, pending, sent, change, seq } = this;
    return { values, acked, pending, sent, change, seq };
  }

  value(key: string): Value {
    return this.values[key] ?? NOTHING;
  }

  mark(key: string): Mark {
    if (key in this.pending) return "pending";
    return this.value(key).length ? "saved" : "none";
  }

  get pendingKeys(): string[] {
    return Object.keys(this.pending);
  }

  /** False where nothing changes. */
  choose(key: string, value: Value): boolean {
    if (same(this.value(key), value)) return false;
    this.values[key] = value;
    this.change += 1;
    // Back at what the server holds, with nothing else under way: there is nothing to send.
    if (!this.sent[key]?.length && same(this.acked[key] ?? NOTHING, value)) Reflect.deleteProperty(this.pending, key);
    else this.pending[key] = this.change;
    return true;
  }

  /** The next save: all that is pending, under a number that is never used twice. The caller stores before it sends. */
  take(): Batch | null {
    const keys = this.pendingKeys;
    if (keys.length === 0) return null;
    return this.batchOf(keys);
  }

  /** Everything chosen, for the submission. */
  takeAll(): Batch {
    return this.batchOf([...new Set([...Object.keys(this.values), ...this.pendingKeys])]);
  }

  private batchOf(keys: string[]): Batch {
    this.seq += 1;
    const batch: Batch = { seq: this.seq, changes: {}, values: {} };
    for (const key of keys) {
      batch.changes[key] = this.pending[key] ?? 0;
      batch.values[key] = this.value(key);
      const before = this.sent[key] ?? [];
      this.sent[key] = [...before.slice(-4), this.value(key)];
    }
    return batch;
  }

  acknowledge(batch: Batch): void {
    for (const [key, change] of Object.entries(batch.changes)) {
      this.acked[key] = batch.values[key] ?? NOTHING;
      // One save is under way at a time, so whatever was sent before is older than this one at the server too.
      Reflect.deleteProperty(this.sent, key);
      if (this.pending[key] === change) Reflect.deleteProperty(this.pending, key);
    }
  }

  /**
   * The pen was taken back: what the server holds meets what waits here. A pending choice is kept only where the server
   * still holds what this device knew or sent; otherwise the other device's is newer and stands.
   * Returns the keys whose value on this device changed by it. Numbers start afresh: they rise per writer.
   */
  merge(server: Record<string, Value>, keys: readonly string[]): string[] {
    const changed: string[] = [];
    for (const key of keys) {
      const theirs = server[key] ?? NOTHING;
      const known = [this.acked[key] ?? NOTHING, ...(this.sent[key] ?? [])];
      const mine = key in this.pending && known.some((value) => same(value, theirs)) && !same(theirs, this.value(key));
      if (!mine) {
        if (!same(theirs, this.value(key))) changed.push(key);
        this.values[key] = theirs;
        Reflect.deleteProperty(this.pending, key);
      }
      this.acked[key] = theirs;
    }
    this.sent = {};
    this.seq = 0;
    return changed;
  }
}

/** Option ids per question and the prediction, as the API takes them. */
export function wire(values: Record<string, Value>): { answers: Record<string, string[]>; prediction: number | null } {
  const answers: Record<string, string[]> = {};
  for (const [key, value] of Object.entries(values)) if (key !== PREDICTION) answers[key] = [...value];
  const digits = values[PREDICTION]?.[0];
  return { answers, prediction: digits ? Number(digits) : null };
}

/** The other way round. */
export function unwire(paper: { answers: Record<string, string[]>; prediction: number | null }): Record<string, Value> {
  const values: Record<string, Value> = { ...paper.answers };
  if (paper.prediction !== null) values[PREDICTION] = [String(paper.prediction)];
  return values;
}
