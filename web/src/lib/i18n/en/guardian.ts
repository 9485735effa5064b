import type { guardian as vi } from "../vi/guardian.ts";

export const guardian: typeof vi = {
  title: "Parent or guardian",
  what: (age) => `Under ${age}, a parent or guardian must agree before a paper starts.`,
  consents: "I am the parent or guardian, and I agree",
  consentsWhat:
    "I agree that the contestant takes part, and that the organisers use the contestant's personal data for the purposes ticked above.",
  phoneHint: "Used only to confirm the consent where that is needed.",
  later:
    "Without a guardian at hand one can register; a paper starts once the guardian has agreed or the school has confirmed it.",
};
