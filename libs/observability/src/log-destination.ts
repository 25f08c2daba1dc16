import { write, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** Each write is a hop through libuv's threads: by 4 kB they took 13 % of a plain request's CPU. */
const gatheredChars = 256 * 1024;
const flushAfterMs = 250;

/** What a reader of the log that has stopped reading may hold up. */
const maxHeldChars = 16 * 1024 * 1024;
const retryAfterMs = 100;
const lastWordsMs = 1000;
const busyPauseMs = 10;

/**
 * Gathers log lines and writes them asynchronously; what is left when the process exits is written then. Neither a reader that
 * is gone nor one that stopped reading can hold the process or its memory: pino's own destination (sonic-boom 4.2.1) keeps all
 * lines without a bound, and its flush at exit tries for ever to write to a pipe that is closed.
 */
export class LogDestination implements DestinationStream {
  private lines = '';
  private underWay: Uint8Array | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readerIsGone = false;
  private dropped = 0;

  /** @param onDropped told how many lines were lost, once there is room again */
  constructor(
    private readonly fd: number,
    private readonly onDropped: (lines: number) => void,
  ) {
    process.once('exit', () => this.flushSync());
  }

  write(line: string): void {
    if (this.readerIsGone) return;
    if (this.lines.length >= maxHeldChars) {
      this.dropped += 1;
      return;
    }
    this.lines += line;
    if (this.lines.length >= gatheredChars) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), flushAfterMs).unref();
  }

  /** For a process's last words; gives up on a reader that takes none of them for a second. */
  flushSync(): void {
    const deadlineMs = performance.now() + lastWordsMs;
    let rest = this.take();
    // One of libuv's threads is at it, and its lines come first.
    if (this.underWay !== undefined) pause(busyPauseMs);
    while (rest.length > 0 && !this.readerIsGone) {
      try {
        rest = rest.subarray(writeSync(this.fd, rest));
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadlineMs) this.readerIsGone = true;
        else pause(busyPauseMs);
      }
    }
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.underWay === undefined && this.lines !== '') {
      this.underWay = this.take();
      this.writeOn();
    }
  }

  private take(): Uint8Array {
    const bytes = Buffer.from(this.lines);
    this.lines = '';
    return bytes;
  }

  private writeOn(): void {
    const bytes = this.underWay;
    if (bytes === undefined) return;
    write(this.fd, bytes, (error, written) => {
      if (isBusy(error)) {
        setTimeout(() => this.writeOn(), retryAfterMs).unref();
        return;
      }
      this.underWay = undefined;
      if (error !== null) {
        this.readerIsGone = true;
        this.lines = '';
      } else if (written < bytes.length) {
        this.underWay = bytes.subarray(written);
        this.writeOn();
      } else {
        this.tellDropped();
        if (this.lines.length >= gatheredChars) this.flush();
      }
    });
  }

  private tellDropped(): void {
    const { dropped } = this;
    this.dropped = 0;
    if (dropped > 0) this.onDropped(dropped);
  }
}

function isBusy(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'EAGAIN' || code === 'EBUSY';
}

/** Blocks: for a process that is about to end. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
