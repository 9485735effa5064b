/** One tab of a device writes. The browser's lock says which; where there are no locks, taking the pen anew is as good. */
export type Claim = "mine" | "elsewhere" | "unknown";

export class TabLock {
  private release: (() => void) | undefined;

  /** `lost`: another tab took the lock over. */
  constructor(
    private readonly name: string,
    private readonly lost: () => void,
  ) {}

  async claim(steal = false): Promise<Claim> {
    // Outside a secure context there is no `navigator.locks`, whatever the types say.
    const locks = (navigator as Partial<Navigator>).locks;
    if (!locks) return "unknown";
    // A reload may be faster than the old page's lock is let go.
    for (let tries = 0; tries < 4; tries += 1) {
      if (await this.request(locks, steal)) return "mine";
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    return "elsewhere";
  }

  private request(locks: LockManager, steal: boolean): Promise<boolean> {
    return new Promise((resolve) => {
      let held = false;
      locks
        .request(this.name, steal ? { steal: true } : { ifAvailable: true }, (lock) => {
          held = lock !== null;
          resolve(held);
          return held ? new Promise<void>((release) => (this.release = release)) : undefined;
        })
        .catch(() => {
          resolve(false);
          if (held) this.lost();
        });
    });
  }

  drop(): void {
    this.release?.();
    this.release = undefined;
  }
}
