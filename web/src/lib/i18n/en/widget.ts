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
  hidden: "Hidden until the contest closes",
  few: "Fewer than 5 took part",
  asOf: (when) => `As of ${when}`,
  stale: (when) => `Numbers of ${when}, reconnecting`,
  rate: (of) => `took part, of ${of} people`,
  none: "No numbers yet.",
  board: "See all numbers",
  noScript: "The numbers in this frame need JavaScript; the page of the numbers does not.",
};
