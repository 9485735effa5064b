/** Every letter of the committed font files: ASCII, Vietnamese, and the signs that the texts use. NFC throughout. */
const ascii = Array.from({ length: 95 }, (_, n) => String.fromCodePoint(32 + n)).join("");
const vowels = ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"];
const tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"];
const lower = vowels.flatMap((vowel) => tones.map((tone) => (vowel + tone).normalize("NFC"))).join("") + "đ";
const signs = "\u00a0–—‘’“”…·•×÷°±§©«»€₫→←½²³≤≥−";

export const LETTERS = [...new Set([...ascii, ...lower, ...lower.toUpperCase(), ...signs])].join("");
