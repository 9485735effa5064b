import type { pages as vi } from "../vi/pages.ts";

export const pages: typeof vi = {
  landing: ["Online contest", "An online contest on the law: dates, rules, registration and the paper."],
  rules: ["Rules of the contest", "Who may take part, how it works, how it is marked and what can be won."],
  register: ["Register", "Register for the contest and receive an entry code."],
  signIn: ["Sign in", "Sign in with phone or contestant number and entry code."],
  quiz: ["Take the paper", "Take the paper online."],
  results: ["My results", "My attempts and their results."],
  guardian: ["A guardian agrees", "A parent or guardian agrees that the contestant takes part."],
  own: ["My information", "See, download, correct and erase your data; give and withdraw consents."],
  receipt: ["Check a receipt", "Check the signature of a receipt."],
  board: ["Numbers", "How many registered, took part and attempted, in all and by unit, live."],
  poster: ["Poster", "A unit's invitation with a QR code, to print."],
  widget: ["Frame of numbers", "A frame of numbers for other sites."],
  privacy: ["Personal data", "Which data the contest collects, what for, and for how long."],
  browser: ["This browser is too old", "How to open the contest in a newer browser."],
  notFound: ["Page not found", "There is no page at this address."],
};
