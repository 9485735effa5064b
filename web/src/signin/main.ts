import { start } from "../shell/start.ts";
import SignInApp from "./SignInApp.svelte";

start(SignInApp, {});
