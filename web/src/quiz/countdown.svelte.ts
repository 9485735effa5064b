/** Seconds until a moment of the steady clock, counting down; 0 once it has passed. */
export class CountDown {
  private now = $state(performance.now());
  private readonly timer = setInterval(() => (this.now = performance.now()), 250);

  until(moment: number): number {
    return Math.max(0, Math.ceil((moment - this.now) / 1000));
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
