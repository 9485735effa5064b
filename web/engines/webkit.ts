/** WebKitGTK, by the classic WebDriver protocol (https://www.w3.org/TR/webdriver2/) of a driver that runs already. */
import type { Engine, Found } from "./engine.ts";

export interface WebKitTask {
  /** Address of the driver. */
  driver: string;
  /** The browser that the driver starts, and its arguments. */
  program: string;
  arguments: string[];
}

const PHONE = { width: 360, height: 740 };
/** Under this key the protocol names an element (section 11). */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

export async function webkit(task: WebKitTask): Promise<Engine> {
  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(task.driver + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const { value } = (await answer.json()) as { value: T & { error?: string; message?: string } };
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }
  const options = { binary: task.program, args: task.arguments };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
  const { sessionId, capabilities: told } = await ask<{
    sessionId: string;
    capabilities: { browserName: string; browserVersion: string };
  }>("POST", "/session", { capabilities });
  const session = `/session/${sessionId}`;
  const script = (source: string, ...args: unknown[]) =>
    ask<unknown>("POST", `${session}/execute/sync`, { script: `return (${source})(...arguments)`, args });
  const element = (found: Found) => `${session}/element/${(found as Record<string, string>)[ELEMENT]}`;
  await ask("POST", `${session}/window/rect`, PHONE);
  return {
    name: `WebKitGTK ${told.browserVersion} (${told.browserName})`,
    complaints: null,
    open: (url) => ask("POST", `${session}/url`, { url }),
    reload: () => ask("POST", `${session}/refresh`, {}),
    run: script,
    find: script,
    click: (found) => ask("POST", `${element(found)}/click`, {}),
    type: (found, text) => ask("POST", `${element(found)}/value`, { text }),
    cookie: async (name) => (await ask<{ value: string }>("GET", `${session}/cookie/${name}`)).value,
    close: () => ask("DELETE", session),
  };
}
