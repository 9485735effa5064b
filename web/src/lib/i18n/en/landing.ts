import type { landing as vi } from "../vi/landing.ts";

export const landing: typeof vi = {
  states: {
    before: "Not open yet",
    open: "Open now",
    over: "Ended; papers still running are taken",
    closed: "Ended; results are being drawn up",
    none: "No contest yet",
  },
  opens: "Opens",
  closes: "Closes",
  left: { before: "Until it opens", open: "Until it closes" },
  paper: "Paper",
  paperValue: (questions, minutes) => `${questions} questions, ${minutes} minutes`,
  prizes: "Prizes",
  button: { before: "Register", open: "Take the paper", over: "See my results", closed: "See my results" },
  register: "Register",
  signIn: "Sign in",
  rules: "Read the rules",
  numbers: "Live numbers",
  counts: { registrants: "registrants", participants: "participants", attempts: "attempts" },
  asOf: (when) => `As of ${when}`,
  board: "See the numbers by unit",
  rehearsal: "This is a rehearsal. Results count for nothing.",
  how: "How to take part",
  steps: [
    "Register once with name, birth date and unit; receive a contestant number and an entry code.",
    "Take the paper on a phone or computer. Each answer is saved as you choose it; without network you can go on.",
    "Hand in, keep the signed receipt, and see your result as the rules allow.",
  ],
  noScript:
    "The times above are those of the rules when this page was built. The clock, live numbers and the paper need JavaScript.",
};
