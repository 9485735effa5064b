import type { own as vi } from "../vi/own.ts";

export const own: typeof vi = {
  title: "My information",
  signIn: "Sign in to see your information; you come back to this page.",
  number: "Contestant number",
  name: "Name",
  birth: "Birth date",
  unit: "Unit",
  category: "Category",
  phone: "Phone",
  idNumber: "ID number",
  ends: (end) => `ends in ${end}`,
  without: "none",
  registered: "Registered at",
  fixed:
    "Name, birth date, unit and category are corrected by the organisers: write to them with your contestant number. Each correction is logged, and you are told.",
  guardian: "Guardian",
  guardians: {
    missing: "A parent, guardian or the school must still agree.",
    stands: "A guardian or the school has agreed.",
  },
  toGuardian: "See the guardian's consent",
  stopped: "No paper starts for now: these have to be agreed to again.",
  excluded:
    "This contestant may not take part. If that is a mistake, write to the organisers with the contestant number.",

  consents: "My consents",
  consentsWhat:
    "Each purpose has a consent of its own, which can be withdrawn at any time. Withdrawing acts from then on: it does not undo what was done before, and it does not erase data.",
  privacy: "How personal data is used",
  needed: "needed to take part",
  given: (at, version) => `Agreed at ${at} (text ${version}).`,
  withdrawn: (at, version) => `Withdrawn at ${at}. Before, text ${version} was agreed to.`,
  never: "Not agreed to.",
  outdated: (version) =>
    `There is a new text, ${version}. The consent to the old one stands until you agree to the new one or withdraw it.`,
  agree: "Agree",
  agreeNew: (version) => `Agree to text ${version}`,
  withdraw: "Withdraw the consent",
  effects: {
    run_contest: "No new paper starts until you agree again. A paper that is open goes on; what was handed in counts.",
    prevent_fraud:
      "No new paper starts until you agree again. A paper that is open goes on; what was handed in counts.",
    remind:
      "Your unit may no longer use whether you have taken part to remind you. Your right to take part and your results stay as they are.",
    publish_if_winning:
      "If you win, your name, year of birth and unit are not published. What was published before does not go away by itself. Your right to take part and your results stay as they are.",
  },
  effect: "From then on the data is no longer used for this.",
  withdrawGo: "Withdraw this consent",
  outOfDate: "The text has just been changed. Load the page again and read it anew.",

  changePhone: "Change the phone number",
  addPhone: "Add a phone number",
  phoneWhat:
    "The new number is for signing in, and for reaching you if you win; the old one is good no longer. The entry code stays.",
  newPhone: "New phone number",
  save: "Save the number",
  remove: "Take the number away",
  removeWhat: "After that, sign in with your contestant number.",
  saved: "The phone number is saved.",
  removed: "The phone number was taken away.",
  same: "This is the number in use.",
  missing: "This has to be filled in.",
  badPhone: "A Vietnamese phone number has 10 digits and begins with 0.",
  phoneLimit: "This phone number stands for as many people as the contest allows. Use another one.",

  data: "Download my data",
  dataWhat:
    "Everything that the system holds about this contestant number: registration, consents, papers, results, log. Each download is logged. Keep the file safe: it holds personal data.",
  asPage: "Download a page to read and print (HTML)",
  asJson: "Download the data (JSON)",
  file: "data",
  done: (file) => `${file} is ready; the browser keeps it among its downloads.`,
  orRead: "Where the browser cannot download, read each part here:",
  parts: { registration: "Registration", quiz: "Papers", scoring: "Results", stats: "Counts" },

  erase: "Erase my data",
  eraseWhat: [
    "Name, birth date, phone, ID number, contestant number, entry code, consents and the guardian's data are erased at once, for good.",
    "You can no longer sign in, see results or receive a prize. A paper that is open is handed in by the system when its time is up.",
    "Papers handed in stay counted, under nobody's name and no unit.",
    "Erasing gives no further tries: until the results are sealed, a keyed digest of phone and ID number is kept, from which nobody can be found.",
    "While a prize, an open complaint or a paper being looked at holds the file, it cannot be erased; you are told why.",
  ],
  eraseStart: "I want to erase my data",
  eraseSure: "Confirm the erasure",
  eraseFor: (number) => `The data of contestant number ${number} is erased for good. This cannot be undone.`,
  eraseFirst: "Download your data before you erase it.",
  understood: "I understand that what is erased cannot be brought back, and that I can receive no prize any more",
  tick: "Tick the box to confirm.",
  code: "Entry code",
  codeHint: "The 12 digits you received when registering, to be sure that it is you.",
  eraseGo: "Erase for good",
  keep: "Do not erase",
  wrongCode: "The code is not right. Look at each digit again.",
  slow: (seconds) => `Too many wrong codes. Try again in ${seconds} s.`,
  held: "It cannot be erased for now. Ask again once this is settled.",
  holds: {
    winner: "A prize was announced: a winner's file has to be kept as the rules say.",
    complaint: "A complaint of yours is being dealt with.",
    flag: "A paper is being looked at by the organisers.",
  },
  erased: "Your data is erased",
  erasedAt: (at) => `Your personal data was erased at ${at}. This device and every other one is signed out.`,
  erasedThen: [
    "The other parts of the system hear of it within minutes.",
    "Backups hold the old data until they expire, and go then too.",
    "Receipts that you kept can still be checked; they bear no name.",
  ],
  home: "Home",
};
