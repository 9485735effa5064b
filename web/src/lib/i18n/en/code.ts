import type { code as vi } from "../vi/code.ts";

export const code: typeof vi = {
  mayNotStart:
    "Before a paper starts a parent, guardian or your school must agree. A parent or guardian can do so on this device, in the next step.",
  title: "Registered. Now keep your entry code",
  renewed: "You have a new entry code. Now keep it",
  onlyOnce: "It is shown only once. You need it to sign in again, also on another device.",
  number: "Contestant number",
  code: "Entry code",
  qr: "QR code with contestant number and entry code",
  image: "Save as image",
  copy: "Copy",
  copied: "Copied.",
  notCopied: "This browser does not let pages copy. Save the image or write it down.",
  copyText: (number, code, site) => `Contestant number: ${number}\nEntry code: ${code}\nSite: ${site}`,
  saved: "I have kept it",
  checkTitle: "Is it kept?",
  check: "Type the last 4 digits of your entry code",
  checkHint: "To be sure that it is where you can find it again.",
  wrong: "These four digits are not right.",
  again: "Show the code again",
  go: "Take the paper",
  later: "On to the guardian's consent",
};
