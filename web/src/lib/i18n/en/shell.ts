import type { shell as vi } from "../vi/shell.ts";

export const shell: typeof vi = {
  site: "Online contest",
  skip: "Skip to the main content",
  menu: "Main pages",
  home: "Home",
  rules: "Rules",
  board: "Numbers",
  results: "My results",
  privacy: "Personal data",
  own: "My information",
  receipt: "Check a receipt",
  otherLanguage: "Tiếng Việt",
  theme: "Switch light and dark",
  noScript: "This page needs JavaScript. Turn it on, or open the page in Chrome, Safari or Firefox.",
};
