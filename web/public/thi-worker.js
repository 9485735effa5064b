// Keeps the quiz page and its hashed files for a reload without network. The network always goes first for the page, so
// a new build is never mixed with an old one: the kept page names the kept files.
const NAME = "thi-1";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) =>
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) =>
        Promise.all(event.data.map(async (url) => (await cache.match(url)) || cache.add(url).catch(() => {}))),
      ),
  ),
);
self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  const page = event.request.mode === "navigate" && /^\/(en\/)?thi\/$/.test(pathname);
  if (event.request.method !== "GET" || !(page || pathname.startsWith("/assets/") || pathname === "/emblem.svg"))
    return;
  event.respondWith(
    caches.open(NAME).then(async (cache) => {
      const kept = await cache.match(event.request, { ignoreSearch: true });
      if (!page && kept) return kept;
      try {
        const fresh = await fetch(event.request);
        if (fresh.ok) await cache.put(pathname, fresh.clone());
        return fresh;
      } catch (error) {
        if (kept) return kept;
        throw error;
      }
    }),
  );
});
