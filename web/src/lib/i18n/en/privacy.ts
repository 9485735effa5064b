import type { privacy as vi, purposes as viPurposes } from "../vi/privacy.ts";

export const privacy: typeof vi = {
  title: "Personal data in the contest",
  sections: [
    [
      "What is collected",
      [
        "Name, birth date, unit, category; phone and ID number only where the rules ask for them.",
        "Answers, when a paper was started and when it was handed in.",
        "The entry code is made by your own device; the system keeps a keyed digest that cannot be read back.",
      ],
    ],
    [
      "What it is used for",
      [
        "Only for the purposes you ticked when registering; each is asked apart.",
        "Public numbers are counts without names; only winners who agreed are named.",
      ],
    ],
    [
      "For how long, and who sees it",
      [
        "How long data is kept stands in the rules of each contest.",
        "A unit's officer sees that unit's list only, and each view is logged.",
      ],
    ],
    [
      "Your rights",
      [
        "See, download and erase your data, change your phone number, give and withdraw consents on the page “My information”.",
        "If you cannot sign in, or to correct name or birth date, contact the organisers with your contestant number. When data is erased, papers handed in stay, without your name.",
      ],
    ],
  ],
  own: "Open the page My information",
};

export const purposes: typeof viPurposes = {
  run_contest: [
    "Running the contest",
    "Name, birth date and unit are used to list contestants, mark papers and decide on prizes.",
  ],
  prevent_fraud: ["Preventing fraud", "Phone number, network address and times are used to find irregular papers."],
  remind: ["Reminders", "My unit's officer may see whether I have taken part, to remind me."],
  publish_if_winning: ["Publication if I win", "My name, year of birth and unit are published if I win a prize."],
};
