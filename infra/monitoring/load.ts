export interface LoadTarget {
  readonly url: string;
  readonly key: string;
}

/** Sends plain and streamed messages in turn, on so many connections at a time, until it is stopped. */
export class Load {
  private readonly stopping = new AbortController();
  private readonly loops: Promise<void>[];
  answered = 0;
  /** Answers that were no 200, by what they were. */
  readonly failures = new Map<string, number>();

  constructor(
    private readonly target: LoadTarget,
    connections: number,
  ) {
    this.loops = Array.from({ length: connections }, (_, index) => this.loop(index % 2 === 0));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
  }

  private async loop(stream: boolean): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const outcome = await this.ask(stream).catch((error: unknown) => String(error));
      if (signal.aborted) return;
      if (outcome === undefined) this.answered += 1;
      else this.failures.set(outcome, (this.failures.get(outcome) ?? 0) + 1);
    }
  }

  /** Resolves to what went wrong. */
  private async ask(stream: boolean): Promise<string | undefined> {
    const response = await fetch(`${this.target.url}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        'x-api-key': this.target.key,
      },
      body: JSON.stringify({
        model: 'claude-haiku-5-5',
        max_tokens: 256,
        stream,
        messages: [{ role: 'user', content: 'Tell a story. [[sim: words=120]]' }],
      }),
      signal: this.stopping.signal,
    });
    await response.arrayBuffer();
    return response.status === 200 ? undefined : `HTTP ${response.status}`;
  }
}
