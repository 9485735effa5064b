import type { pairing as vi } from "../vi/pairing.ts";

export const pairing: typeof vi = {
  title: "Sign in on another device",
  what: "A code that is good once lets another device sign in as you within 5 minutes. Give it to nobody else.",
  go: "Make a single-use code",
  renew: "Make a new code",
  how: (site) => `On the other device, scan the QR code, or open ${site} and type the code:`,
  until: (when) => `Good once, until ${when}.`,
  qr: "QR code that opens the sign-in page on another device",
  failed: "No code could be made. Please try again.",
};
