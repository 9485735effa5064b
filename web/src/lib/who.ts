/** Who signed in on this device last. A hint for pages: the rights are in the cookie, which no script can read. */
import { store } from "./store.ts";

export interface Who {
  contestant_id: string;
  number: string;
}

export function who(): Who | null {
  return store.get("who") as Who | null;
}

export function remember({ contestant_id, number }: Who): void {
  store.set("who", { contestant_id, number });
}

export function forget(): void {
  store.remove("who");
}
