/**
 * A part of the page that is fetched after the first. A browser remembers a failed `import()` for as long as the page
 * lives, so trying again means loading the page again; that is done when there is network.
 */
export async function later<T>(part: Promise<T>): Promise<T> {
  try {
    return await part;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 2000 + Math.random() * 3000));
    if (!navigator.onLine) await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
    location.reload();
    return new Promise(() => undefined);
  }
}
