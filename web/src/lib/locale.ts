declare const __LOCALE__: "vi" | "en";

/** The language of this build. */
export const locale = __LOCALE__;

/** The address of a page in this language: `to("thi/")` is `/thi/` or `/en/thi/`. */
export function to(path: string): string {
  return (locale === "vi" ? "/" : "/en/") + path;
}

/** A text for people as the services give it: Vietnamese always, English where somebody wrote it. */
export function pick(text: { vi: string; en?: string | null }): string {
  return locale === "en" && text.en ? text.en : text.vi;
}
