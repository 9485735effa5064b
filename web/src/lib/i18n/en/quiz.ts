import type { quiz as vi } from "../vi/quiz.ts";

export const quiz: typeof vi = {
  title: "Take the paper",

  before: {
    title: "Before you start",
    minutes: "Time",
    minutesValue: (n) => `${n} minutes`,
    questions: "Questions",
    questionsValue: (n, prediction) => `${n}${prediction ? " and 1 prediction" : ""}`,
    tries: "Tries",
    triesLeft: (n) => `${n} left`,
    triesFree: "no limit",
    triesUsed: (n) => `${n} taken so far`,
    number: "Contestant number",
    closes: "Contest closes",
    saved: "Each answer is saved as you choose it. When time runs out, the system hands in what was saved.",
    network: "Without network you can go on: answers stay on this device and are sent when the network is back.",
    start: "Start the paper",
    starting: "Opening the paper…",
    resume: "Go on with the open paper",
    resumeWhat: (end) =>
      `A paper that was started earlier still runs, until ${end}. Opened here, the other device can only look on.`,
  },
  wait: {
    busy: (seconds) => `Many people are here at once; trying again by itself in ${seconds} s. No need to press again.`,
    noAnswer: (seconds) => `No connection to the system yet; trying again by itself in ${seconds} s.`,
    stop: "Stop trying",
  },
  refused: {
    titles: {
      "contest-not-open": "The contest has not opened yet",
      "contest-closed": "The contest has ended; no more papers are taken",
      "tries-exhausted": "Every try has been used",
      "too-soon": "The next try is not open yet",
      "may-not-start": "You may not start yet",
      excluded: "You may not take part in this contest",
      "attempt-running": "A paper is still open",
    },
    other: "The paper could not be opened",
    again: (when) => `The next try opens at ${when}.`,
    guardian: (age) =>
      `Contestants under ${age} need the consent of a parent or guardian, or their school's confirmation.`,
    agree: "A guardian agrees",
    consents: "See my consents",
    excludedWhat: "If this is a mistake, contact the organisers with your contestant number.",
    nothingLost: "Nothing is lost.",
    quote: (id) => `Id to quote to the organisers: ${id}`,
    board: "See the contest's numbers",
    results: "See my results",
    retry: "Try again",
  },
  signIn: {
    title: "Not signed in",
    what: "Sign in with your phone or contestant number and entry code, or register if you have not yet.",
    signIn: "Sign in",
    register: "Register",
    over: "Your session has ended",
    overWhat: "Your answers are still on this device. Sign in again to send them; the time runs on with the system.",
  },
  none: {
    title: "No contest yet",
    what: "The organisers have not opened a contest here.",
  },
};
