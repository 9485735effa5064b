import type { code as vi } from "../vi/code.ts";

export const code: typeof vi = {
  mayNotStart: "You are registered. Before a paper starts a parent, guardian or your school must agree.",
  title: "Registered. Now keep your entry code",
  onlyOnce: "It is shown only once. You need it to sign in again, also on another device.",
  number: "Contestant number",
  code: "Entry code",
  qr: "QR code with contestant number and entry code",
  image: "Save as image",
  copy: "Copy",
  copied: "Copied.",
  copyText: (number, code, site) => `Contestant number: ${number}\nEntry code: ${code}\nSite: ${site}`,
  saved: "I have kept it",
  checkTitle: "Is it kept?",
  check: "Type the last 4 digits of your entry code",
  checkHint: "To be sure that it is where you can find it again.",
  wrong: "These four digits are not right.",
  again: "Show the code again",
  go: "Take the paper",
  later: "Home; take the paper later",
};
