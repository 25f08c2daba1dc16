import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RecordedRequest, Recorder } from './recorder.js';

/**
 * The way to one peer: writes that respect its pace, and an account of how it ended. One caller at a time.
 * Every method rejects once the peer is gone.
 */
export class Channel {
  private gone = false;
  /** Ends the wait that is going on, if any. A signal of `node:timers/promises` costs several times as much. */
  private giveUp: (() => void) | undefined;
  private plannedOutcome: 'ended' | 'failed' = 'ended';

  constructor(
    private readonly response: ServerResponse,
    readonly record: RecordedRequest,
    private readonly recorder: Recorder,
    private readonly chunkBytes: number | undefined,
  ) {
    response.once('finish', () => this.recorder.finish(record, this.plannedOutcome));
    response.once('close', () => this.close());
    if (response.socket?.destroyed ?? true) this.close();
  }

  /** Sends the headers by themselves, so that a peer sees them before any byte of the body. */
  begin(status: number, headers: OutgoingHttpHeaders): void {
    this.throwIfGone();
    this.record.status = status;
    this.response.writeHead(status, headers);
    this.response.flushHeaders();
  }

  async write(data: string | Buffer): Promise<void> {
    if (this.chunkBytes === undefined) {
      await this.push(data);
      return;
    }
    const bytes = Buffer.from(data);
    for (let start = 0; start < bytes.length; start += this.chunkBytes) {
      await this.push(bytes.subarray(start, start + this.chunkBytes));
      await this.turn();
    }
  }

  /** Lets the event loop turn, so that what was written leaves in a packet of its own. */
  turn(): Promise<void> {
    return this.pause((resume) => {
      const immediate = setImmediate(resume);
      return () => clearImmediate(immediate);
    });
  }

  wait(durationMs: number): Promise<void> {
    return this.pause((resume) => {
      const timer = setTimeout(resume, durationMs);
      return () => clearTimeout(timer);
    });
  }

  /** Never resolves: rejects when the peer is gone. */
  untilGone(): Promise<void> {
    return this.pause(() => () => undefined);
  }

  /** From here on the answer counts as broken by the script. */
  fail(): void {
    this.plannedOutcome = 'failed';
  }

  end(): void {
    this.throwIfGone();
    this.response.end();
  }

  /** Closes the connection when what was written has left; `reset` sends a TCP reset instead of an orderly end. */
  async destroy(how: 'close' | 'reset'): Promise<void> {
    const { socket } = this.response;
    if (this.response.headersSent) await this.turn();
    while ((this.response.socket?.writableLength ?? 0) > 0) await this.wait(1);
    this.recorder.finish(this.record, 'failed');
    if (how === 'reset') socket?.resetAndDestroy();
    else socket?.destroy();
  }

  private async push(data: string | Buffer): Promise<void> {
    this.throwIfGone();
    if (this.response.write(data)) return;
    await this.pause((resume) => {
      this.response.once('drain', resume);
      return () => this.response.off('drain', resume);
    });
  }

  /** Waits for what `start` begins, and lets go of it by what `start` returns when the peer leaves meanwhile. */
  private pause(start: (resume: () => void) => () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.throwIfGone();
      const release = start(() => {
        this.giveUp = undefined;
        resolve();
      });
      this.giveUp = () => {
        release();
        reject(new Error('the peer is gone'));
      };
    });
  }

  private throwIfGone(): void {
    if (this.gone) throw new Error('the peer is gone');
  }

  private close(): void {
    this.gone = true;
    if (this.record.outcome === 'open') {
      this.record.closedByClientAt = new Date();
      this.recorder.finish(this.record, 'closed_by_client');
    }
    this.giveUp?.();
  }
}
