/** What the walk asks of a browser; each engine says it in its own protocol. */

/** Something in the page, as the engine names it. */
export type Found = unknown;

export interface Engine {
  /** Name and version, as the browser tells them. */
  name: string;
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Calls the function whose source this is in the page. What it returns must be JSON. */
  run(source: string, ...args: unknown[]): Promise<unknown>;
  /** Calls such a function for an element; null where it gives none. */
  find(source: string, ...args: unknown[]): Promise<Found | null>;
  /** A real click, by a pointer that moves there. */
  click(element: Found): Promise<void>;
  /** Real keys, after what the field has. */
  type(element: Found, text: string): Promise<void>;
  /** Also of a cookie that scripts do not see. */
  cookie(name: string): Promise<string>;
  /** Errors that the page left uncaught or wrote to its console; null where the protocol does not tell them. */
  complaints: string[] | null;
  close(): Promise<void>;
}

const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;

// Sources, because two protocols carry them: one takes functions, the other text.
const SEEN = `(selector, text) => [...document.querySelectorAll(selector)].find((each) =>
  each.checkVisibility({ visibilityProperty: true }) && (each.innerText || each.value || "").includes(text)) ?? null`;
const READ = `(selector) => [...document.querySelectorAll(selector)].map((each) => each.innerText)`;

/** Asks until it is so. Throws what was waited for, and what the browser said last, when it is not so in time. */
export async function until(what: string, check: () => Promise<boolean>, patience = PATIENCE_MS): Promise<void> {
  const end = performance.now() + patience;
  for (let said = ""; ;) {
    try {
      if (await check()) return;
      said = "";
    } catch (error) {
      // A page that is being replaced answers nothing: that is "not yet".
      said = ` (${error instanceof Error ? error.message : String(error)})`;
    }
    if (performance.now() > end) throw new Error(`not within ${patience / 1000} s: ${what}${said}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The page as a person uses it: by what is seen. */
export class Screen {
  readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** The first visible element of the selector that holds the text. */
  async see(selector: string, text = "", patience = PATIENCE_MS): Promise<Found> {
    let found: Found = null;
    await until(
      `${selector} "${text}"`,
      async () => {
        found = await this.engine.find(SEEN, selector, text);
        return found !== null;
      },
      patience,
    );
    return found;
  }

  async click(selector: string, text = ""): Promise<void> {
    await this.engine.click(await this.see(selector, text));
  }

  async type(selector: string, text: string): Promise<void> {
    await this.engine.type(await this.see(selector), text);
  }

  async texts(selector: string): Promise<string[]> {
    return (await this.engine.run(READ, selector)) as string[];
  }

  async count(selector: string): Promise<number> {
    return (await this.texts(selector)).length;
  }

  /** Pixels by which the page is wider than the window. */
  async sideways(): Promise<number> {
    return (await this.engine.run("() => document.documentElement.scrollWidth - innerWidth")) as number;
  }
}
