import type { fixed as viFixed, landing as vi } from "../vi/landing.ts";

export const landing: typeof vi = {
  states: {
    before: "Not open yet",
    open: "Open now",
    over: "Ended; papers still running are taken",
    closed: "Ended; results are being drawn up",
    published: "Results announced",
    none: "No contest yet",
  },
  left: { before: "Until it opens", open: "Until it closes" },
  paperValue: (questions, minutes) => `${questions} questions, ${minutes} minutes`,
  button: { before: "Register", open: "Take the paper", over: "See my results", closed: "See my results" },
  asOf: (when) => `As of ${when}`,
};

export const fixed: typeof viFixed = {
  opens: "Opens",
  closes: "Closes",
  paper: "Paper",
  prizes: "Prizes",
  register: "Register",
  signIn: "Sign in",
  rules: "Read the rules",
  numbers: "Live numbers",
  counts: { registrants: "registrants", participants: "participants", attempts: "attempts" },
  board: "See the numbers by unit",
  rehearsal: "This is a rehearsal. Results count for nothing.",
  how: "How to take part",
  noScript:
    "The times above are those of the rules when this page was built. The clock, live numbers and the paper need JavaScript.",
  steps: [
    "Register once with name, birth date and unit; receive a contestant number and an entry code.",
    "Take the paper on a phone or computer. Each answer is saved as you choose it; without network you can go on.",
    "Hand in, keep the signed receipt, and see your result as the rules allow.",
  ],
};
