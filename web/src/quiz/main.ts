import { start } from "../shell/start.ts";
import { keepOffline } from "./offline.ts";
import QuizApp from "./QuizApp.svelte";

start(QuizApp, {});
keepOffline();
