/** Registers the worker that lets the paper be reopened without network; where there is none, nothing else changes. */
export function keepOffline(): void {
  const { serviceWorker } = navigator as Partial<Navigator>;
  if (!serviceWorker) return;
  void serviceWorker.register("/thi-worker.js").then(
    async () => {
      const { active } = await serviceWorker.ready;
      active?.postMessage([location.pathname]);
      // What comes before the worker controls the page passes it by: it is told of each file, also of those still to come.
      new PerformanceObserver((list) => {
        const files = list.getEntries().map((entry) => new URL(entry.name).pathname);
        active?.postMessage(files.filter((file) => file.startsWith("/assets/")));
      }).observe({ type: "resource", buffered: true });
    },
    () => undefined,
  );
}
