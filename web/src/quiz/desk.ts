/** Everything for answering a paper, in one file of the build: fetched while the first view is read. */
export { default as Done } from "./Done.svelte";
export { default as Gone } from "./Gone.svelte";
export { Engine } from "./engine.ts";
export { Live } from "./live.svelte.ts";
export { default as Paper } from "./Paper.svelte";
export { followWindow } from "./window.ts";
