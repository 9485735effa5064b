/** Refusals as the services write them (RFC 9457), and everything else that can come of a request. */
import { retryAfter } from "../retry.ts";

export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Id to quote to the organisers. */
  instance: string;
  [member: string]: unknown;
}

/** A refusal. `slug` is what stands behind `/problems/`. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: ProblemDocument,
    /** Milliseconds to wait before trying again, where the server said so. */
    readonly retryMs: number | null = null,
  ) {
    super(problem.title);
  }

  get slug(): string {
    return this.problem.type.replace("/problems/", "");
  }

  /** The same request may succeed later: overload, a store away, a gateway without its service. */
  get passing(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** A server that never answers is away: the caller tries again. */
export const TIMEOUT_MS = 15_000;

/** No answer came: no network, too slow, cut. Whether the request had an effect is not known. */
export class NoAnswer extends Error {}

export async function refusalOf(response: Response): Promise<Refusal> {
  const text = await response.text().catch(() => "");
  let problem: ProblemDocument = {
    type: `/problems/http-${response.status}`,
    title: response.statusText,
    status: response.status,
    detail: "",
    instance: "",
  };
  try {
    problem = { ...problem, ...(JSON.parse(text) as ProblemDocument) };
  } catch {
    // A gateway's own page: the status says all there is.
  }
  return new Refusal(response.status, problem, retryAfter(response.headers.get("retry-after")));
}

/** What stands at an address of this origin. Throws Refusal, and what `fetch` throws where no answer comes in time. */
export async function got(address: string): Promise<Response> {
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw await refusalOf(response);
  return response;
}
