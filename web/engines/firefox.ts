/** Firefox, by WebDriver BiDi. */
import puppeteer, { type ElementHandle } from "puppeteer-core";
import type { Engine } from "./engine.ts";

export interface FirefoxTask {
  program: string;
  environment: Record<string, string>;
}

const PHONE = { width: 360, height: 740 };
// No request but those of the pages: Firefox by itself asks for updates, settings and lists.
const QUIET = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.safebrowsing.update.enabled": false,
  "intl.accept_languages": "vi-VN, vi",
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
};
// What the browser itself says of a network that was cut, or of a request that was refused on purpose.
const EXPECTED =
  /NetworkError|Cross-Origin Request Blocked|can.t establish a connection|connection to .* was interrupted/;

export async function firefox(task: FirefoxTask): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: task.program,
    env: task.environment,
    headless: true,
    defaultViewport: PHONE,
    extraPrefsFirefox: QUIET,
  });
  const page = await browser.newPage();
  const complaints: string[] = [];
  const hear = (text: string) => void (EXPECTED.test(text) || complaints.push(text));
  page.on("pageerror", (error) => hear(String(error)));
  page.on("console", (message) => message.type() === "error" && hear(message.text()));
  return {
    name: (await browser.version()).replace("firefox/", "Firefox "),
    complaints,
    open: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    run: (source, ...args) => page.evaluate(`(${source})(...${JSON.stringify(args)})`),
    find: async (source, ...args) => (await page.evaluateHandle(`(${source})(...${JSON.stringify(args)})`)).asElement(),
    click: (element) => (element as ElementHandle).click(),
    type: (element, text) => (element as ElementHandle).type(text),
    cookie: async (name) => (await browser.cookies()).find((each) => each.name === name)?.value ?? "",
    close: () => browser.close(),
  };
}
