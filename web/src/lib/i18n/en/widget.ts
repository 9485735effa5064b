import type { widget as vi } from "../vi/widget.ts";

export const widget: typeof vi = {
  label: "Numbers of the contest",
  counts: {
    registrants: "registered",
    participants: "took part",
    attempts: "attempts",
    valid: "valid attempts",
    perfect: "perfect attempts",
  },
  loading: "Loading…",
  hidden: "Hidden until the contest closes",
  few: "Fewer than 5 took part",
  asOf: (when) => `As of ${when}`,
  stale: (when) => `Numbers of ${when}, reconnecting`,
  rate: (rate, of) => `Participation ${rate} of ${of} people`,
  none: "No numbers yet.",
  board: "See all numbers",
  noScript: "The numbers in this frame need JavaScript; the page of the numbers does not.",
};
