/** The one polite voice of the page: at most one message in five seconds, and of those that wait only the newest. */
const PAUSE_MS = 5000;

export class Voice {
  text = $state("");
  private next: string | null = null;
  private last = -PAUSE_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    if (text === this.text) return;
    this.next = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.speak(), Math.max(0, this.last + PAUSE_MS - performance.now()));
  }

  private speak(): void {
    if (this.next === null) return;
    this.text = this.next;
    this.next = null;
    this.last = performance.now();
  }
}
