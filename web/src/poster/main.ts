/** A poster of one unit to print: what, until when, and a code that opens the registration for this unit. */
import { contestSegment, file, unitOf, type Board } from "#lib/board.ts";
import { backoff } from "#lib/retry.ts";
import { start } from "../shell/start.ts";
import PosterApp from "./PosterApp.svelte";

async function numbers(): Promise<Board | null> {
  for (let failures = 1; ; failures += 1) {
    try {
      const segment = await contestSegment();
      return segment ? ((await file<Board>(`contests/${segment}/board.json`))?.data ?? null) : null;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, backoff(failures)));
    }
  }
}

const board = await numbers();
const id = unitOf(location.pathname);
start(PosterApp, { board, row: board?.units.find((unit) => unit.id === id) ?? null });
