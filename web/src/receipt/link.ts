/** A receipt as an address: everything stands behind `#`, so that no server on the way sees it. */
import { to } from "#lib/locale.ts";
import type { Receipt } from "../quiz/shelf.ts";

/** What a receipt says (services/quiz/domain/receipt.py); `rehearsal` is left out where it is false. */
export interface Said {
  attempt_id: string;
  contest_id: string;
  submitted_at: string;
  received_at: string;
  how: string;
  answered: number;
  questions: number;
  late_ms: number;
  answers_sha256: string;
  code: string;
  rehearsal?: boolean;
}

export function link(receipt: Receipt): string {
  const packed = btoa(JSON.stringify([receipt.receipt, receipt.kid, receipt.signature]));
  return `${location.origin}${to("bien-nhan/")}#${packed.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/** From an address's hash, a receipt's file, or what somebody pasted; null where it is no receipt. */
export function unlink(text: string): Receipt | null {
  const found = text.trim().replace(/^[^#]*#/, "");
  try {
    if (found.startsWith("{")) {
      const { receipt, kid, signature } = JSON.parse(found) as Partial<Receipt>;
      return receipt && kid && signature ? { receipt, kid, signature } : null;
    }
    const [receipt, kid, signature] = JSON.parse(atob(found.replaceAll("-", "+").replaceAll("_", "/"))) as string[];
    return receipt && kid && signature ? { receipt, kid, signature } : null;
  } catch {
    return null;
  }
}
