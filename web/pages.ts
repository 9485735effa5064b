/** The pages as data: the build makes one HTML file of each, in each language. */
export interface Page {
  /** Address under the root or under `/en/`; ends with a slash, or is empty for the landing. */
  path: string;
  /** Key of the title and description in `src/lib/i18n/{vi,en}/pages.ts`. */
  title: keyof (typeof import("./src/lib/i18n/vi/pages.ts"))["pages"];
  /** Svelte component rendered into the HTML at build time: the whole page, or its shape while the script loads. */
  view: string;
  /** What runs in the browser; left out, the page has no script of its own. */
  script?: string;
  /** `full`: brand and links. `slim`: brand only. `none`: a widget without the frame of the site. */
  frame?: "full" | "slim" | "none";
  /** The page needs its script, so a browser below the floor is sent to the page that says what to do. */
  needsScript?: boolean;
  /** Its script always asks which contest the site is about: asked for along with the scripts, not after them. */
  asksContest?: boolean;
  /** Part of its script that a device which keeps something under this key asks for along with the rest; any other asks for the contest. */
  early?: { part: string; key: string };
  /** File that the board's writer keeps (`{fragment}.{locale}.html`) and the gateway puts where `Fragment.svelte` stands. */
  fragment?: string;
  /** Also serves every address one segment deeper, such as `/so-lieu/{unit}/`. */
  deeper?: boolean;
  /** May stand in an iframe of another origin. */
  embeddable?: boolean;
  /** Style sheet in place of the one that all pages share. */
  style?: string;
  /** Uses the system's font only. */
  systemFont?: boolean;
}

export const pages: Page[] = [
  { path: "", title: "landing", view: "src/static/Landing.svelte", script: "src/static/live.ts" },
  { path: "the-le/", title: "rules", view: "src/static/Rules.svelte", script: "src/static/rules-live.ts" },
  {
    path: "dang-ky/",
    title: "register",
    view: "src/shell/Loading.svelte",
    script: "src/register/main.ts",
    needsScript: true,
    asksContest: true,
  },
  {
    path: "dang-nhap/",
    title: "signIn",
    view: "src/shell/Loading.svelte",
    script: "src/signin/main.ts",
    needsScript: true,
  },
  {
    path: "thi/",
    title: "quiz",
    view: "src/shell/Loading.svelte",
    script: "src/quiz/main.ts",
    early: { part: "desk", key: "hoithi.current." },
    frame: "slim",
    needsScript: true,
  },
  {
    path: "ket-qua/",
    title: "results",
    view: "src/shell/Loading.svelte",
    script: "src/results/main.ts",
    needsScript: true,
    asksContest: true,
  },
  {
    path: "nguoi-giam-ho/",
    title: "guardian",
    view: "src/shell/Loading.svelte",
    script: "src/guardian/main.ts",
    needsScript: true,
    asksContest: true,
  },
  {
    path: "thong-tin-cua-toi/",
    title: "own",
    view: "src/shell/Loading.svelte",
    script: "src/own/main.ts",
    needsScript: true,
    asksContest: true,
  },
  { path: "bien-nhan/", title: "receipt", view: "src/static/Receipt.svelte", script: "src/receipt/main.ts" },
  {
    path: "so-lieu/",
    title: "board",
    view: "src/board/Shape.svelte",
    script: "src/board/main.ts",
    fragment: "board",
    deeper: true,
  },
  {
    path: "ap-phich/",
    title: "poster",
    view: "src/shell/Loading.svelte",
    script: "src/poster/main.ts",
    needsScript: true,
    deeper: true,
  },
  {
    path: "nhung/",
    title: "widget",
    view: "src/widget/Widget.svelte",
    script: "src/widget/main.ts",
    style: "src/widget/widget.css",
    frame: "none",
    embeddable: true,
    deeper: true,
    systemFont: true,
  },
  { path: "quyen-rieng-tu/", title: "privacy", view: "src/static/Privacy.svelte" },
  { path: "trinh-duyet/", title: "browser", view: "src/static/Browser.svelte" },
  { path: "khong-tim-thay/", title: "notFound", view: "src/static/NotFound.svelte" },
];
