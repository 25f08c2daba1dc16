import { write, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DestinationStream } from 'pino';

/** Each write is a hop through libuv's threads: by 4 kB they took 13 % of a plain request's CPU. */
const pageBytes = 256 * 1024;
const flushAfterMs = 250;

/** UTF-8 takes at most three bytes for each of a string's units. */
const mostBytesAUnit = 3;

/** What a reader of the log that has stopped reading may hold up. */
const maxHeldBytes = 16 * 1024 * 1024;
const retryAfterMs = 100;
const lastWordsMs = 1000;
const busyPauseMs = 10;

const noPage = Buffer.alloc(0);

/**
 * Gathers log lines and writes them asynchronously; what is left when the process exits is written then. A reader that is
 * gone cannot hold the process, and one that stopped reading not its memory: pino's own destination (sonic-boom 4.2.1) keeps all
 * lines without a bound, and its flush at exit tries for ever to write to a pipe that is closed.
 */
export class LogDestination implements DestinationStream {
  /** Lines are encoded as they come: text gathered to be encoded later lives long enough for the collector to copy it. */
  private page: Buffer = noPage;
  private filled = 0;
  /** Written one after the other. */
  private readonly fullPages: Uint8Array[] = [];
  private heldBytes = 0;
  private spare: Buffer = noPage;
  /** One of libuv's threads is at the first page. */
  private writing = false;
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
    if (this.heldBytes >= maxHeldBytes) {
      this.dropped += 1;
      return;
    }
    const mostBytes = line.length * mostBytesAUnit;
    if (mostBytes > this.page.length - this.filled) {
      this.turnPage();
      this.page = this.blankPage(mostBytes);
      this.writeOn();
    }
    const bytes = this.page.write(line, this.filled);
    this.filled += bytes;
    this.heldBytes += bytes;
    this.flushIn(flushAfterMs);
  }

  /**
   * Tells when all is written, or when the reader has kept it waiting for a second. For a process that is about to end and can
   * wait: at its exit nobody can tell any more how much of a page another thread has written.
   *
   * @param done pino's `logger.flush` hands it over
   */
  flush(done: () => void): void {
    void this.writeAll(done);
  }

  /** For a process's last words; gives up on a reader that takes none of them for a second. */
  flushSync(): void {
    const deadlineMs = performance.now() + lastWordsMs;
    this.turnPage();
    // Its lines come first.
    if (this.writing) pause(busyPauseMs);
    for (const page of this.fullPages.splice(this.writing ? 1 : 0)) {
      let rest = page;
      while (rest.length > 0 && !this.readerIsGone) {
        try {
          const written = writeSync(this.fd, rest);
          this.heldBytes -= written;
          rest = rest.subarray(written);
        } catch (error) {
          if (!passes(error) || performance.now() >= deadlineMs) this.giveUp();
          else pause(busyPauseMs);
        }
      }
    }
  }

  private async writeAll(done: () => void): Promise<void> {
    const deadlineMs = performance.now() + lastWordsMs;
    while ((this.fullPages.length > 0 || this.filled > 0) && performance.now() < deadlineMs) {
      this.turnPage();
      this.writeOn();
      await sleep(busyPauseMs);
    }
    done();
  }

  private flushIn(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      // A page that waits anyway is filled first: each is memory, however little is on it.
      if (this.fullPages.length === 0) this.turnPage();
      this.writeOn();
    }, ms).unref();
  }

  private turnPage(): void {
    if (this.filled > 0) this.fullPages.push(this.page.subarray(0, this.filled));
    this.page = noPage;
    this.filled = 0;
  }

  private blankPage(leastBytes: number): Buffer {
    const page = this.spare;
    this.spare = noPage;
    return page.length >= leastBytes ? page : Buffer.allocUnsafeSlow(Math.max(pageBytes, leastBytes));
  }

  private writeOn(): void {
    const [page] = this.fullPages;
    if (page === undefined || this.writing) return;
    this.writing = true;
    write(this.fd, page, (error, written) => {
      this.writing = false;
      if (passes(error)) {
        clearTimeout(this.timer);
        this.timer = undefined;
        this.flushIn(retryAfterMs);
        return;
      }
      if (error !== null) {
        this.giveUp();
        return;
      }
      this.heldBytes -= written;
      if (written < page.length) {
        this.fullPages[0] = page.subarray(written);
      } else {
        this.fullPages.shift();
        if (page.buffer.byteLength === pageBytes) this.spare = Buffer.from(page.buffer);
        this.tellDropped();
      }
      this.writeOn();
      if (this.filled > 0) this.flushIn(flushAfterMs);
    });
  }

  private giveUp(): void {
    this.readerIsGone = true;
    this.fullPages.length = 0;
    this.page = noPage;
    this.filled = 0;
  }

  private tellDropped(): void {
    const { dropped } = this;
    this.dropped = 0;
    if (dropped > 0) this.onDropped(dropped);
  }
}

/** A reader that is behind, and a disk that is full: without its log for as long, a process must not be without it for ever. */
const passing: ReadonlySet<unknown> = new Set(['EAGAIN', 'EBUSY', 'ENOSPC', 'EDQUOT']);

function passes(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && passing.has(error.code);
}

/** Blocks: for a process that is about to end. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
