/** B2: what a page does when its stream is cut, together with a thousand others. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Stream, type Link } from "./stream.ts";

class Source {
  static made: { at: number; source: Source }[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  constructor() {
    Source.made.push({ at: Date.now(), source: this });
  }
  addEventListener(): void {
    // Beats are not needed here.
  }
  close(): void {
    this.closed = true;
  }
}

const streams: Stream<number>[] = [];

function open(link: (state: Link) => void = () => undefined): Source {
  streams.push(new Stream<number>({ url: "/stream", poll: () => Promise.resolve(null), take: () => undefined, link }));
  const source = Source.made.at(-1)?.source as Source;
  source.onopen?.();
  source.onmessage?.({ data: "1" });
  return source;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
  Source.made = [];
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a thousand pages whose stream was cut at the same moment come back spread over ten seconds and more", () => {
  const sources = Array.from({ length: 1000 }, () => open());
  for (const source of sources) source.onerror?.();
  const cut = Date.now();
  vi.advanceTimersByTime(13_000);
  const back = Source.made.slice(1000).map(({ at }) => at - cut);
  expect(back).toHaveLength(1000);
  expect(Math.max(...back) - Math.min(...back)).toBeGreaterThanOrEqual(10_000);
  const seconds = Array.from({ length: 13 }, (_, n) => back.filter((ms) => Math.floor(ms / 1000) === n).length);
  expect(Math.max(...seconds)).toBeLessThan(200);
});

test("a stream that falls silent is cut too, and after a second failure the page polls", () => {
  const links: Link[] = [];
  open((state) => links.push(state));
  vi.advanceTimersByTime(9_500);
  expect(links.at(-1)).toBe("connecting");
  vi.advanceTimersByTime(13_000);
  Source.made.at(-1)?.source.onerror?.();
  expect(links.at(-1)).toBe("polling");
});
