import type { pairing as vi } from "../vi/pairing.ts";

export const pairing: typeof vi = {
  give: {
    title: "Sign in on another device",
    what: "A code that is good once lets another device sign in as you within 5 minutes. Give it to nobody else.",
    go: "Make a single-use code",
    renew: "Make a new code",
    how: (site) => `On the other device, scan the QR code, or open ${site} and type the code:`,
    until: (when) => `Good once, until ${when}.`,
    qr: "QR code that opens the sign-in page on another device",
    failed: "No code could be made. Please try again.",
  },
  take: {
    title: "Signed in on another device?",
    code: "Single-use code",
    hint: "12 digits, made on the page “My results” or “Sign in” of the other device.",
    open: "Continue",
    ask: (name, number) =>
      name ? `Sign in as ${name}, contestant number ${number}?` : `Sign in with contestant number ${number}?`,
    yes: "Yes, sign in",
    no: "That is not me",
    wrong: "The code is not right, was used, or is over. Make a new one on the other device.",
    slow: (seconds) => `Too many wrong codes. Try again in ${seconds} s.`,
  },
};
