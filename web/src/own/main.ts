import { start } from "../shell/start.ts";
import OwnApp from "./OwnApp.svelte";

start(OwnApp, {});
