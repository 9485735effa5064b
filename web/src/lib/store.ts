/**
 * What the device keeps, under `hoithi.`: always `localStorage`, written synchronously. Built-in browsers of chat apps
 * lose `sessionStorage` and hang on IndexedDB. Where storage is forbidden or full the page works on from memory, and
 * `durable` says so.
 */
const PREFIX = "hoithi.";

export class Store {
  /** False once a write failed: what is chosen does not survive the tab. */
  durable = true;
  private readonly memory = new Map<string, string>();

  constructor(private readonly backing: () => Storage = () => localStorage) {}

  text(key: string): string | null {
    const kept = this.memory.get(key);
    if (kept !== undefined) return kept;
    try {
      return this.backing().getItem(PREFIX + key);
    } catch {
      this.durable = false;
      return null;
    }
  }

  setText(key: string, value: string): void {
    try {
      this.backing().setItem(PREFIX + key, value);
      this.memory.delete(key);
    } catch {
      this.durable = false;
      this.memory.set(key, value);
    }
  }

  /** Null where nothing is kept or it cannot be read. The caller knows the shape: it alone wrote it. */
  get(key: string): unknown {
    const text = this.text(key);
    if (text === null) return null;
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  set(key: string, value: unknown): void {
    this.setText(key, JSON.stringify(value));
  }

  remove(key: string): void {
    this.memory.delete(key);
    try {
      this.backing().removeItem(PREFIX + key);
    } catch {
      this.durable = false;
    }
  }

  /** Keys that begin with `start`, without the prefix. */
  keys(start: string): string[] {
    const found = new Set([...this.memory.keys()].filter((key) => key.startsWith(start)));
    try {
      const backing = this.backing();
      for (let n = 0; n < backing.length; n += 1) {
        const key = backing.key(n);
        if (key?.startsWith(PREFIX + start)) found.add(key.slice(PREFIX.length));
      }
    } catch {
      this.durable = false;
    }
    return [...found];
  }
}

export const store = new Store();
