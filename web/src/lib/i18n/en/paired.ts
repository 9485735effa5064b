import type { paired as vi } from "../vi/paired.ts";

export const paired: typeof vi = {
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
};
