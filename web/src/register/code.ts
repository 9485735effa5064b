/** The entry code: 12 digits, drawn here and nowhere else. */

/** Rejects what registration would refuse as guessable: one or two digits over and over, counting up or down. */
export function drawCode(random: (bytes: Uint8Array) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  for (;;) {
    const code = digits(random);
    const steps = new Set([...code].slice(1).map((digit, n) => (Number(digit) - Number(code[n]) + 10) % 10));
    const counting = steps.size === 1 && (steps.has(1) || steps.has(9));
    if (new Set(code).size > 2 && !counting) return code;
  }
}

function digits(random: (bytes: Uint8Array) => Uint8Array): string {
  let code = "";
  while (code.length < 12) {
    // 250 and above would make the small digits likelier.
    for (const byte of random(new Uint8Array(16))) if (byte < 250 && code.length < 12) code += String(byte % 10);
  }
  return code;
}
