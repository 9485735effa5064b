/** The board: the numbers are fetched first, so that what the page was served with stays until there is better. */
import { contestSegment, file, unitOf, type Answer, type Board } from "#lib/board.ts";
import { backoff } from "#lib/retry.ts";
import { start } from "../shell/start.ts";
import BoardApp from "./BoardApp.svelte";
import { Live } from "./live.svelte.ts";

async function numbers(): Promise<{ segment: string; answer: Answer<Board> } | null> {
  for (let failures = 1; ; failures += 1) {
    try {
      const segment = await contestSegment();
      const answer = segment ? await file<Board>(`contests/${segment}/board.json`) : null;
      return segment && answer ? { segment, answer } : null;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, backoff(failures)));
    }
  }
}

const found = await numbers();
start(BoardApp, {
  live: found && new Live(found.segment, found.answer.data, found.answer.now),
  unit: unitOf(location.pathname),
});
