/** Registers the worker that lets the paper be reopened without network; where there is none, nothing else changes. */
export function keepOffline(): void {
  const { serviceWorker } = navigator as Partial<Navigator>;
  if (!serviceWorker) return;
  void serviceWorker.register("/thi-worker.js").then(
    async () => {
      const ready = await serviceWorker.ready;
      const files = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
      ready.active?.postMessage([location.pathname, ...files.filter((file) => file.startsWith("/assets/"))]);
    },
    () => undefined,
  );
}
