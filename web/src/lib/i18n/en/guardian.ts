import type { guardian as vi } from "../vi/guardian.ts";

export const guardian: typeof vi = {
  title: "Parent or guardian",
  what: (age) => `Under ${age}, a parent or guardian must agree before a paper starts.`,
  consents: "I am the parent or guardian, and I agree",
  consentsWhat:
    "I agree that the contestant takes part, and that the organisers use the contestant's personal data for the purposes ticked above.",
  phoneHint: "Used only to confirm the consent where that is needed.",
  consentsNow:
    "I agree that the contestant takes part, and that the organisers use the contestant's personal data for the purposes named above.",
  later:
    "Without a guardian at hand one can register; a paper starts once the guardian has agreed or the school has confirmed it.",
  page: "A guardian agrees",
  signIn: "This page is opened on the device on which the contestant is signed in.",
  of: (number) => `The contestant with number ${number}.`,
  notNeeded: "This contestant needs no guardian's consent.",
  byGuardian: (name, end, at) => `${name}, whose phone number ends in ${end}, agreed at ${at}.`,
  bySchool: (on) => `The school has confirmed that it holds the guardian's consent on paper, signed on ${on}.`,
  purposes: "The contestant has agreed that the organisers use personal data to:",
  tick: "The guardian has to tick the box.",
  go: "Confirm the consent",
  school:
    "Instead of agreeing on this device, a consent on paper may be handed to the school, which confirms it in the system.",
  take: "Take the paper",
  otherwise: "For another reason this contestant may not take a paper.",
  own: "See why, and my consents",
  withdraw: "Take the consent back",
  withdrawWhat:
    "From then on no paper starts until there is another consent. A paper that is open goes on, and what was handed in is kept.",
  withdrawGo: "Take this consent back",
  failed: (id) => `Not written down. What you typed is still here. Id for the organisers: ${id}`,
};
