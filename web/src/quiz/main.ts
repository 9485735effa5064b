import { later } from "../lib/later.ts";
import { start } from "../shell/start.ts";
import { keepOffline } from "./offline.ts";
import QuizApp from "./QuizApp.svelte";

// At once, so that it is here before "start" is pressed and no later build can have taken it away.
const desk = later(import("./desk.ts"));

start(QuizApp, { desk });
keepOffline();
