import type { waiting as vi } from "../vi/waiting.ts";

export const waiting: typeof vi = {
  loading: "Loading…",
  slow: "The network is slow. The page is still loading.",
  retry: "Load again",
};
