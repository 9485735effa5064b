/** Requests about one paper. Plain `fetch`, so that the engine needs nothing but the browser. */
import { NoAnswer, refusalOf, TIMEOUT_MS } from "../lib/api/problem.ts";
import type { Clock } from "../lib/clock.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Ask {
  method: "GET" | "POST" | "PUT";
  path: string;
  body?: unknown;
  credential?: string | null;
  key?: string;
  /** The signed moment of a start's first refusal: who was refused first is let in first. */
  place?: string | null;
  /** Outlives the page; for what leaves when the page is hidden. */
  keepalive?: boolean;
}

const BASE = "/api/quiz/v1/";

export class Transport {
  constructor(
    private readonly clock: Clock,
    private readonly fetch: Fetch = (url, init) => globalThis.fetch(url, init),
  ) {}

  /** The body of a 2xx answer. Throws Refusal or NoAnswer. Each answer's `now` sets the clock. */
  async ask<T>(ask: Ask): Promise<T> {
    const headers: Record<string, string> = {};
    if (ask.body !== undefined) headers["content-type"] = "application/json";
    if (ask.credential) headers["authorization"] = `Bearer ${ask.credential}`;
    if (ask.key) headers["idempotency-key"] = ask.key;
    if (ask.place) headers["first-refused"] = ask.place;
    const sentAt = performance.now();
    const response = await this.send(BASE + ask.path, {
      method: ask.method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      keepalive: ask.keepalive ?? false,
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
    });
    if (!response.ok) throw await refusalOf(response);
    const answer = (await response.json().catch(() => Promise.reject(new NoAnswer("cut")))) as T & { now?: string };
    if (answer.now) this.clock.sync(answer.now, sentAt);
    return answer;
  }

  private async send(url: string, init: RequestInit): Promise<Response> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), TIMEOUT_MS);
    try {
      return await this.fetch(url, { ...init, signal: patience.signal });
    } catch (error) {
      throw new NoAnswer(String(error));
    } finally {
      clearTimeout(timer);
    }
  }
}
