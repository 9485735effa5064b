import type { statics as vi } from "../vi/statics.ts";

export const statics: typeof vi = {
  browser: {
    title: "This browser is too old",
    what: "The contest does not run in this browser. Answers that were saved are still with the system.",
    ways: "How to get in",
    steps: [
      "Android phone: open the page in Chrome, or update Chrome in the Play Store.",
      "iPhone: update iOS to 16.4 or newer and open the page in Safari.",
      "Computer: open the page in a recent Chrome, Edge, Firefox or Cốc Cốc.",
      "If you came from Zalo or Facebook: tap the three dots, then “Open in browser”.",
      "Borrow another device: sign in with your phone or contestant number and your entry code; the paper goes on.",
    ],
    lost: "You cannot get in before closing? Call the organisers at the number given in the rules.",
  },
  notFound: {
    title: "Page not found",
    what: "There is no page at this address. The link may have been cut short.",
    home: "Home",
    quiz: "Take the paper",
  },
};
