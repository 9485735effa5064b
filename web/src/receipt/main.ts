/** Checks a receipt on this device: the signature by WebCrypto, against the keys that the service publishes. */
import { receipt as t } from "#text/receipt";
import { moment } from "../lib/format.ts";
import { themeSwitch } from "../shell/theme.ts";
import { verify, type Verdict } from "../quiz/receipt.ts";
import { unlink, type Said } from "./link.ts";

const $ = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

async function keys(): Promise<Record<string, string> | null> {
  const response = await fetch("/api/quiz/v1/keys").catch(() => null);
  return response?.ok ? ((await response.json()) as Record<string, string>) : null;
}

function tell(verdict: Verdict | "unreadable" | "no-keys", said: Said | null): void {
  const box = $("verdict");
  box.className = `notice ${verdict === "genuine" ? "ok" : verdict === "forged" ? "bad" : "warn"}`;
  const lines = [
    t.verdicts[verdict],
    ...(verdict === "genuine" ? [t.proves] : []),
    ...(said?.rehearsal ? [t.rehearsal] : []),
  ];
  box.replaceChildren(
    ...lines.map((line, n) => {
      const p = document.createElement("p");
      const strong = document.createElement(n === 0 ? "strong" : "span");
      strong.textContent = line;
      p.append(strong);
      return p;
    }),
  );
  box.hidden = false;
  $("said").hidden = !said || verdict === "forged";
  if (said) facts(said);
}

function facts(said: Said): void {
  const rows: [string, string][] = [
    [t.code, said.code],
    [t.contest, said.contest_id],
    [t.at, moment(new Date(said.submitted_at), "Asia/Ho_Chi_Minh", true)],
    [t.answered, `${said.answered}/${said.questions}`],
    [t.how, said.how === "by_hand" ? t.byHand : t.timeRanOut],
  ];
  $("said").replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
      dt.textContent = name;
      dd.textContent = value;
      return [dt, dd];
    }),
  );
}

async function check(text: string): Promise<void> {
  const receipt = unlink(text);
  if (!receipt) return tell("unreadable", null);
  let said: Said;
  try {
    said = JSON.parse(receipt.receipt) as Said;
  } catch {
    return tell("unreadable", null);
  }
  const known = await keys();
  tell(known ? await verify(receipt, known) : "no-keys", said);
}

themeSwitch();
$<HTMLFormElement>("check").addEventListener("submit", (event) => {
  event.preventDefault();
  void check($<HTMLInputElement>("text").value);
});
$<HTMLInputElement>("file").addEventListener("change", async (event) => {
  const file = (event.target as HTMLInputElement).files?.[0];
  if (file) await check(await file.text());
});
if (location.hash.length > 1) void check(location.hash);
