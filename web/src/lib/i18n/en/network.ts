import type { network as vi } from "../vi/network.ts";

export const network: typeof vi = {
  busy: (seconds) => `Many people are here at once; trying again by itself in ${seconds} s. No need to press again.`,
  noAnswer: (seconds) => `No connection yet; trying again by itself in ${seconds} s. What you entered stays.`,
  other: (id) => `That did not work. What you entered stays. Id to quote to the organisers: ${id}`,
  away: (seconds) => `No connection; trying again by itself in ${seconds} s.`,
};
