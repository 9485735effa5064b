import type { ticket as vi } from "../vi/ticket.ts";

export const ticket: typeof vi = {
  title: "A new entry code by ticket",
  what: "The organisers or whoever is responsible in your unit give a ticket, good once, for 30 minutes. The new code is shown on this device only; every other device is signed out, and an open paper stays.",
  number: "Contestant number",
  numberHint: "8 digits, told together with the ticket.",
  ticket: "Ticket",
  ticketHint: "10 digits.",
  go: "Get a new code",
  back: "Back to signing in",
  wrong:
    "Number and ticket do not belong together, or the ticket was used or has expired. Check every digit, or ask for another.",
  slow: (seconds) => `Too many wrong tries. Try again in ${seconds} s.`,
};
