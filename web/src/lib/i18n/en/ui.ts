import type { ui as vi } from "../vi/ui.ts";

export const ui: typeof vi = {
  close: "Close",
  sortBy: "sort",
  unit: {
    placeholder: "Type a unit's name or code",
    results: (n) => (n === 0 ? "No unit matches." : n === 1 ? "1 unit matches." : `${n} units match.`),
    more: "There are more; type on.",
    chosen: "Chosen",
    change: "Choose another unit",
    browse: "Walk through the units",
    below: (name) => `Show the units under ${name}`,
    up: "One level up",
    take: "Choose this unit",
    notFound: "My unit is not here",
  },
};
