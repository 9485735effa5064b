/** What a receipt is over, computed the way the service does (services/quiz/domain/receipt.py), and its signature. */

/** Hex SHA-256 of the answers and the prediction; null where the browser cannot compute it (no secure context). */
export async function printOf(answers: Record<string, string[]>, prediction: number | null): Promise<string | null> {
  const given = Object.entries(answers).filter(([, options]) => options.length > 0);
  given.sort(([a], [b]) => (a < b ? -1 : 1));
  // Not an object: it would put keys that look like numbers first.
  const members = given.map(
    ([question, options]) => `${JSON.stringify(question)}:${JSON.stringify(options.toSorted())}`,
  );
  return sha256(`{${members.join(",")}}\n${prediction ?? "None"}`);
}

async function sha256(text: string): Promise<string | null> {
  const { subtle } = crypto as { subtle?: SubtleCrypto };
  if (!subtle) return null;
  const digest = await subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export type Verdict = "genuine" | "forged" | "unknown-key" | "cannot";

/** Whether the text was signed by the contest's key. `cannot`: this browser has no Ed25519. */
export async function verify(
  receipt: { receipt: string; kid: string; signature: string },
  keys: Record<string, string>,
): Promise<Verdict> {
  const key = keys[receipt.kid];
  if (!key) return "unknown-key";
  const { subtle } = crypto as { subtle?: SubtleCrypto };
  if (!subtle) return "cannot";
  let signature: Uint8Array<ArrayBuffer>;
  try {
    signature = bytes(receipt.signature);
  } catch {
    return "forged";
  }
  try {
    const imported = await subtle.importKey("raw", bytes(key), { name: "Ed25519" }, false, ["verify"]);
    const text = new TextEncoder().encode(receipt.receipt);
    return (await subtle.verify({ name: "Ed25519" }, imported, signature, text)) ? "genuine" : "forged";
  } catch {
    return "cannot";
  }
}
