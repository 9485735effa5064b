import type { poster as vi } from "../vi/poster.ts";

export const poster: typeof vi = {
  call: "You are invited to an online contest",
  scan: "Scan the code with a phone to register",
  qr: (name) => `QR code that opens the registration page for ${name}`,
  from: (when) => `Opens at ${when}`,
  until: (when) => `Closes at ${when}`,
  steps: [
    "Scan the code or type the address above; the unit is chosen already.",
    "Give your name and date of birth; write down the entry code.",
    "Take part on the phone at once; no app is needed.",
  ],
  print: "Print the poster",
  back: "Back to the unit's page",
  rehearsal: "A rehearsal. The results mean nothing.",
  none: "There is no such unit",
  toBoard: "Numbers of the whole contest",
};
