/**
 * A stream of server-sent events that gives way: hidden pages close it after 30 s, and where it is refused or fails
 * twice the page polls every 15 s ± 5 and tries the stream again now and then.
 */
export type Link = "live" | "connecting" | "polling";

export interface StreamOptions<T> {
  url: string;
  /** One answer of the polling that stands in for the stream; null keeps what is shown. */
  poll: () => Promise<T | null>;
  take: (data: T) => void;
  /** The server is still there, though nothing is new. */
  beat?: () => void;
  /** Called when the state of the link changes. */
  link: (state: Link) => void;
}

const HIDDEN_MS = 30_000;
/** The server speaks at least every 5 s. */
const SILENT_MS = 9000;
const CONNECT_MS = 20_000;
const STREAM_AGAIN_MS = 120_000;

export class Stream<T> {
  private source: EventSource | undefined;
  private timer = 0;
  private hiddenTimer = 0;
  private silence = 0;
  private failures = 0;
  private readonly stopping = new AbortController();

  constructor(private readonly options: StreamOptions<T>) {
    document.addEventListener("visibilitychange", () => this.visibility(), { signal: this.stopping.signal });
    addEventListener("online", () => this.connect(), { signal: this.stopping.signal });
    this.connect();
  }

  stop(): void {
    this.stopping.abort();
    this.close();
    clearTimeout(this.hiddenTimer);
  }

  private visibility(): void {
    clearTimeout(this.hiddenTimer);
    if (document.hidden) this.hiddenTimer = window.setTimeout(() => this.close(), HIDDEN_MS);
    else if (!this.source) this.connect();
  }

  private connect(): void {
    this.close();
    this.options.link("connecting");
    const source = new EventSource(this.options.url);
    this.source = source;
    source.onmessage = (event: MessageEvent<string>) => {
      this.failures = 0;
      this.options.link("live");
      this.listen();
      this.options.take(JSON.parse(event.data) as T);
    };
    source.addEventListener("beat", () => {
      this.failures = 0;
      this.options.link("live");
      this.options.beat?.();
      this.listen();
    });
    source.onopen = () => this.listen();
    source.onerror = () => this.failed();
    this.listen(CONNECT_MS);
  }

  /** A network that died without a word leaves the connection open: silence is a failure too. */
  private listen(patience = SILENT_MS): void {
    clearTimeout(this.silence);
    this.silence = window.setTimeout(() => this.failed(), patience);
  }

  private failed(): void {
    this.close();
    this.failures += 1;
    if (this.failures >= 2) {
      this.options.link("polling");
      this.pollFrom(performance.now());
      return;
    }
    this.options.link("connecting");
    // Everybody lost the stream at the same moment: come back spread over twelve seconds.
    this.timer = window.setTimeout(() => this.connect(), 500 + Math.random() * 12_000);
  }

  private pollFrom(since: number): void {
    void this.options.poll().then(
      (data) => {
        if (data !== null) this.options.take(data);
      },
      () => undefined,
    );
    const again = performance.now() - since > STREAM_AGAIN_MS;
    this.timer = window.setTimeout(
      () => (again ? this.connect() : this.pollFrom(since)),
      10_000 + Math.random() * 10_000,
    );
  }

  private close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.source?.close();
    this.source = undefined;
  }
}
