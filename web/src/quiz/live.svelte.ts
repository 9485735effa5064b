/** The engine as Svelte sees it: reading through `of` subscribes a view to the engine's changes. */
import type { Engine } from "./engine.ts";

export class Live {
  private version = $state(0);
  private second = $state(0);

  constructor(private readonly engine: Engine) {
    engine.subscribe(() => {
      this.version += 1;
      this.second = Math.ceil(engine.remaining / 1000);
    });
    setInterval(() => {
      if (!document.hidden) this.second = Math.ceil(engine.remaining / 1000);
    }, 250);
  }

  /** The engine, read anew whenever it changes. Never through a `$derived` of its own: that sees the same object. */
  get of(): Engine {
    void this.version;
    return this.engine;
  }

  /** Whole seconds left. */
  get left(): number {
    void this.second;
    return Math.ceil(this.engine.remaining / 1000);
  }
}
