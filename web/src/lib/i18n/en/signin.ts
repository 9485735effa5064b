import type { signIn as vi } from "../vi/signin.ts";

export const signIn: typeof vi = {
  title: "Sign in",
  login: "Phone or contestant number",
  loginHint: "The phone number you registered with, or the 8 digits of your contestant number.",
  code: "Entry code",
  codeHint: "12 digits, shown once when you registered.",
  go: "Sign in",
  busy: "Signing in…",
  wrong: "Number and code do not belong together. Check every digit.",
  slow: (seconds) => `Too many wrong codes. Try again in ${seconds} s; the right code is never blocked.`,
  lost: "Lost your entry code?",
  lostWhat:
    "The system cannot read it back. Call the organisers or whoever is responsible in your unit, with your contestant number or name and birth date, for a ticket that gives a new one.",
  ticket: "I have a ticket",
  none: "Not registered yet?",
  register: "Register",
  as: (number) => `Signed in with contestant number ${number}.`,
  out: "Sign out",
  toQuiz: "Take the paper",
};
