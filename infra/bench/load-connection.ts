import { connect, type Socket } from 'node:net';
import { AnswerReader } from './answer-reader.js';
import type { LoadJob } from './load-job.js';
import type { Tally } from './tally.js';

const silenceMs = 60_000;
/** Two bytes of a chunked answer's end may come after the reader has seen the last chunk. */
const rest = '\r\n';

/** One connection with one request under way at a time; a new one when the server closes it. */
export class LoadConnection {
  private socket: Socket | undefined;
  private reader: AnswerReader | undefined;
  private connected = false;
  private finished = false;
  /** When the request was due that is under way or comes next. */
  private dueMs: number | undefined;
  private latestMs = 0;
  private firstByteMs = 0;
  private longestGapMs = 0;
  private readonly ended = Promise.withResolvers<void>();
  private readonly request: Buffer;

  /** @param take when the next request is due, on the clock of `performance.now()`; undefined when there is none. */
  constructor(
    private readonly job: LoadJob,
    private readonly tally: Tally,
    private readonly take: () => number | undefined,
  ) {
    this.request = Buffer.from(job.request);
  }

  /** Resolves when there is nothing more to send. */
  run(): Promise<void> {
    this.open();
    return this.ended.promise;
  }

  private open(): void {
    this.connected = false;
    const socket = connect({ port: this.job.port, host: '127.0.0.1', noDelay: true });
    this.socket = socket;
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.once('connect', () => {
      this.connected = true;
      this.send();
    });
    socket.on('data', (bytes) => this.read(bytes));
    // 'close' follows, and counts.
    socket.on('error', () => undefined);
    socket.once('close', () => this.closed());
  }

  private send(): void {
    this.dueMs ??= this.take();
    if (this.dueMs === undefined) {
      this.finished = true;
      this.socket?.destroy();
      this.ended.resolve();
      return;
    }
    const earlyMs = this.dueMs - performance.now();
    if (earlyMs > 0) {
      setTimeout(() => this.sendOnOpen(), earlyMs);
      return;
    }
    this.reader = new AnswerReader();
    this.longestGapMs = 0;
    this.socket?.write(this.request);
  }

  private read(bytes: Buffer): void {
    const { reader, dueMs = 0 } = this;
    if (reader === undefined || (reader.status === 0 && bytes.length <= rest.length && rest.endsWith(bytes.toString())))
      return;
    const nowMs = performance.now();
    const before = reader.bodyBytes;
    reader.push(bytes);
    if (reader.bodyBytes > before) {
      if (before === 0) this.firstByteMs = nowMs - dueMs;
      else this.longestGapMs = Math.max(this.longestGapMs, nowMs - this.latestMs);
      this.latestMs = nowMs;
    }
    if (!reader.done) return;
    this.tally.answer(reader, nowMs - dueMs, this.firstByteMs, this.longestGapMs);
    this.reader = undefined;
    this.dueMs = undefined;
    if (this.job.pauseMs === undefined) this.send();
    else setTimeout(() => this.sendOnOpen(), this.job.pauseMs);
  }

  private broke(how: string): void {
    this.tally.broke(how);
    this.reader = undefined;
    this.dueMs = undefined;
  }

  /** A connection that was closed meanwhile sends when there is another. */
  private sendOnOpen(): void {
    if (this.connected && this.reader === undefined) this.send();
  }

  private closed(): void {
    if (this.finished) return;
    if (this.reader !== undefined) this.broke(this.reader.bodyBytes > 0 ? 'cut' : 'no answer');
    else if (!this.connected && (this.dueMs ??= this.take()) !== undefined) this.broke('no connection');
    this.open();
  }
}
