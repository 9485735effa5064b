import { start } from "../shell/start.ts";
import { keepOffline } from "./offline.ts";
import QuizApp from "./QuizApp.svelte";

// At once, so that it is here before "start" is pressed and no later build can have taken it away.
let desk = import("./desk.ts");

start(QuizApp, {
  fetchDesk: () => {
    const now = desk;
    now.catch(() => (desk = import("./desk.ts")));
    return now;
  },
});
keepOffline();
