import type { Contest } from "#lib/api/types.ts";

/** The contest that static pages tell of before their script has asked the service. */
export type Site = Pick<Contest, "rules" | "version">;
