import type { receipt as vi } from "../vi/receipt.ts";

export const receipt: typeof vi = {
  title: "Check a receipt",
  what: "A receipt proves that a paper was handed in, when, and with how many answers. This page checks its signature on your device.",
  paste: "Paste the receipt's file or the link of its QR code",
  file: "Or choose the receipt's file",
  check: "Check",
  verdicts: {
    genuine: "The receipt is genuine",
    forged: "The receipt is not right: its text or signature was changed",
    "unknown-key": "This receipt was signed by another system; it cannot be checked here",
    cannot: "This browser cannot check signatures. Use Chrome 137, Safari 17, Firefox 129 or newer.",
    unreadable: "This is no receipt",
    "no-keys": "The keys could not be loaded. Try again with network.",
  },
  proves:
    "The system took this paper at the time below, with that many answers, and nobody could change it afterwards unnoticed. The receipt holds no name and does not say which answers are right.",
  rehearsal: "Receipt of a rehearsal; it counts for nothing.",
  code: "Receipt code",
  contest: "Contest",
  at: "Handed in at",
  answered: "Questions answered",
  how: "How",
  byHand: "Handed in by the contestant",
  timeRanOut: "Time ran out; handed in by the system",
  noScript: "This page needs JavaScript to check the signature.",
};
