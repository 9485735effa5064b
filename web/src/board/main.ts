/** The board: the numbers are fetched first, so that what the page was served with stays until there is better. */
import { board as t } from "#text/board";
import { contestSegment, file, unitOf, type Answer, type Board } from "#lib/board.ts";
import { backoff } from "#lib/retry.ts";
import { start } from "../shell/start.ts";
import BoardApp from "./BoardApp.svelte";
import { Live } from "./live.svelte.ts";

const SLOW_MS = 8000;

async function numbers(): Promise<{ segment: string; answer: Answer<Board> } | null> {
  const slow = setTimeout(() => say(t.waiting), SLOW_MS);
  for (let failures = 1; ; failures += 1) {
    try {
      const segment = await contestSegment();
      const answer = segment ? await file<Board>(`contests/${segment}/board.json`) : null;
      return segment && answer ? { segment, answer } : null;
    } catch {
      say(t.waiting);
      await new Promise((resolve) => setTimeout(resolve, backoff(failures)));
    } finally {
      clearTimeout(slow);
    }
  }
}

function say(text: string): void {
  const line = document.querySelector("[data-loading]");
  if (line) line.textContent = text;
}

const found = await numbers();
start(BoardApp, {
  live: found && new Live(found.segment, found.answer.data, found.answer.now),
  unit: unitOf(location.pathname),
});
