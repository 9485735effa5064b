import { fillRules } from "../lib/rules.ts";
import type { Rules } from "../lib/api/types.ts";

/** Tells one version of the rules from another; nobody has a reason to make two alike. */
export function printOfRules(rules: Rules): string {
  let hash = 0;
  for (const letter of JSON.stringify(fillRules(rules)))
    hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  return String(hash);
}
