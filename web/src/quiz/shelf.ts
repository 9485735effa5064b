/** The paper and the work on it, on the device: written before anything is sent, rewritten at each acknowledgement. */
import type { Paper } from "../lib/api/types.ts";
import { store as deviceStore, type Store } from "../lib/store.ts";
import type { Kept } from "./answers.ts";

/** What of a paper never changes. */
export type Sheet = Pick<Paper, "id" | "contest_id" | "questions" | "started_at">;

/** What changes with every choice and answer. */
export interface Work {
  kept: Kept;
  writer: number;
  credential: string | null;
  endsAt: string;
  /** Server clock minus phone clock when last known. */
  wallOffset: number;
  flags: string[];
}

export interface Receipt {
  receipt: string;
  kid: string;
  signature: string;
}

export class Shelf {
  constructor(private readonly store: Store = deviceStore) {}

  get durable(): boolean {
    return this.store.durable;
  }

  sheet(attempt: string): Sheet | null {
    return this.store.get(`paper.${attempt}`) as Sheet | null;
  }

  work(attempt: string): Work | null {
    return this.store.get(`work.${attempt}`) as Work | null;
  }

  putSheet(sheet: Sheet): void {
    const { id, contest_id, questions, started_at } = sheet;
    this.store.set(`paper.${id}`, { id, contest_id, questions, started_at });
  }

  putWork(attempt: string, work: Work): void {
    this.store.set(`work.${attempt}`, work);
  }

  receipt(attempt: string): Receipt | null {
    return this.store.get(`receipt.${attempt}`) as Receipt | null;
  }

  /** The receipt stays on the device; the paper itself goes. */
  finish(attempt: string, receipt: Receipt | null): void {
    if (receipt) this.store.set(`receipt.${attempt}`, receipt);
    this.store.remove(`paper.${attempt}`);
    this.store.remove(`work.${attempt}`);
  }
}
