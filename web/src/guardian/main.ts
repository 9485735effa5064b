import { start } from "../shell/start.ts";
import GuardianApp from "./GuardianApp.svelte";

start(GuardianApp, {});
