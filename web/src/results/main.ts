import { start } from "../shell/start.ts";
import ResultsApp from "./ResultsApp.svelte";

start(ResultsApp, {});
