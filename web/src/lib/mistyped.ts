/** What somebody is told whose code, ticket or password was refused. */
import { network } from "#text/network";
import { Refusal } from "#lib/api/problem.ts";

interface Words {
  wrong: string;
  slow: (seconds: number) => string;
}

/** Throws on what is no refusal. */
export function mistyped(error: unknown, words: Words): string {
  if (!(error instanceof Refusal)) throw error;
  if (error.status === 429) return words.slow(Math.ceil((error.retryMs ?? 30_000) / 1000));
  return error.status === 401 ? words.wrong : network.other(error.problem.instance);
}
