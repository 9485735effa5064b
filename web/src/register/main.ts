import { start } from "../shell/start.ts";
import RegisterApp from "./RegisterApp.svelte";

start(RegisterApp, {});
