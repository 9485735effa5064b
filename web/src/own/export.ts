/** Everything that the four services hold of who is signed in, as one file. Each asking is logged by the service. */
import { got } from "#lib/api/problem.ts";
import { repeat, type Pause } from "#lib/repeat.ts";

export const SERVICES = ["registration", "quiz", "scoring", "stats"] as const;
export type Kind = "json" | "html";

export const addressOf = (service: string, kind: Kind) =>
  `/api/${service}/v1/me/export${kind === "html" ? "/page" : ""}`;

/** Throws what `repeat` throws. */
export async function gather(kind: Kind, waiting: (pause: Pause | null) => void): Promise<Blob> {
  const texts = await Promise.all(
    SERVICES.map((service) => repeat(async () => (await got(addressOf(service, kind))).text(), waiting)),
  );
  return kind === "json"
    ? new Blob(
        [
          JSON.stringify(
            texts.map((text) => JSON.parse(text) as unknown),
            null,
            1,
          ),
        ],
        { type: "application/json" },
      )
    : new Blob([onePage(texts)], { type: "text/html" });
}

/** The first service's page with what the others say below, their title and id left out. As text: a parsed page would have
 * its style refused by the policy of this one. */
function onePage([first = "", ...others]: string[]): string {
  const below = others.map((page) =>
    (/<body>(.*)<\/body>/s.exec(page)?.[1] ?? "").replace(/^<h1>.*?<\/h1><p>.*?<\/p>/s, ""),
  );
  return first.replace("</body>", () => `${below.join("")}</body>`);
}

export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // Some browsers read it only after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
