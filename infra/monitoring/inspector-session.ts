interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const attachDeadlineMs = 5000;

/** A conversation with another process's V8 inspector. The process goes on serving. */
export class InspectorSession {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => this.receive(JSON.parse(String(data)) as Reply));
    socket.addEventListener('close', () => this.fail(new Error('the process closed its inspector, or ended')));
  }

  /** @param url the `ws:` address that Node prints when its inspector opens. */
  static async open(url: string): Promise<InspectorSession> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error(`no inspector answers at ${url}`)), { once: true });
    });
    return new InspectorSession(socket);
  }

  /**
   * Opens the inspector of a process that runs without one, by SIGUSR1, on Node's own address.
   *
   * @throws Error where another process has that address, or there is no such process.
   */
  static async attach(pid: number): Promise<InspectorSession> {
    process.kill(pid, 'SIGUSR1');
    const deadline = Date.now() + attachDeadlineMs;
    for (;;) {
      const targets = await fetch('http://127.0.0.1:9229/json/list').then(
        (response) => response.json() as Promise<{ webSocketDebuggerUrl: string }[]>,
        () => [],
      );
      const url = targets[0]?.webSocketDebuggerUrl;
      if (url !== undefined) {
        const session = await InspectorSession.open(url);
        const found = await session.evaluate<number>('process.pid');
        if (found === pid) return session;
        session.close();
        throw new Error(`port 9229 is the inspector of process ${found}, not of ${pid}`);
      }
      if (Date.now() > deadline) throw new Error(`process ${pid} opened no inspector on 127.0.0.1:9229`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async send<Result = unknown>(method: string, params: object = {}): Promise<Result> {
    this.lastId += 1;
    const id = this.lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.waiting.set(id, { resolve, reject });
    this.socket.send(JSON.stringify({ id, method, params }));
    return (await promise) as Result;
  }

  /** Runs an expression in the process; its value comes back by JSON. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.send<{ result: { value: Value }; exceptionDetails?: object }>(
      'Runtime.evaluate',
      { expression, returnByValue: true },
    );
    if (exceptionDetails !== undefined) throw new Error(`${expression} failed: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  }

  close(): void {
    this.socket.close();
  }

  private receive({ id, result, error }: Reply): void {
    const waiting = id === undefined ? undefined : this.waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.waiting.delete(id);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new Error(error.message));
  }

  private fail(error: Error): void {
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
  }
}
