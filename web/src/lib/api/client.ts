/** The services as pages call them: typed from their OpenAPI documents, one origin, refusals thrown as `Refusal`. */
import createClient, { type Middleware } from "openapi-fetch";
import { NoAnswer, refusalOf, TIMEOUT_MS } from "./problem.ts";
import type { paths as QuizPaths } from "./quiz.d.ts";
import type { paths as RegistrationPaths } from "./registration.d.ts";
import type { paths as ScoringPaths } from "./scoring.d.ts";

const throwing: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await refusalOf(response);
  },
  onError({ error }) {
    return new NoAnswer(String(error));
  },
};

async function patient(request: Request): Promise<Response> {
  return fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
}

function client<Paths extends object>() {
  const made = createClient<Paths>({ fetch: patient, credentials: "same-origin" });
  made.use(throwing);
  return made;
}

export const quiz = client<QuizPaths>();
export const registration = client<RegistrationPaths>();
export const scoring = client<ScoringPaths>();

/** The body of an answer; everything else was thrown. */
export async function body<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
