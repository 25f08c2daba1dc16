import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LogDestination } from './log-destination.js';

const ignoreDropped = (): void => undefined;

describe('LogDestination', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'log-destination-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A pipe whose ends do not block. */
  function pipe(): { reader: number; writer: number } {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return { reader, writer: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
  }

  it('writes many lines in their order, by itself and at the end', async () => {
    const path = join(folder, 'log');
    const destination = new LogDestination(openSync(path, 'w'), ignoreDropped);
    const lines = Array.from({ length: 5000 }, (_, index) => `{"line":${index},"text":"${'é'.repeat(20)}"}\n`);
    for (const line of lines) destination.write(line);
    // What is written by then is libuv's doing; the rest is the last words.
    await sleep(300);
    destination.flushSync();
    expect(readFileSync(path, 'utf8')).toBe(lines.join(''));
  });

  it('tells when a reader that is behind has got every line, so that nothing is torn at the exit', async () => {
    const { reader, writer } = pipe();
    const destination = new LogDestination(writer, ignoreDropped);
    const lines = Array.from({ length: 100 }, (_, index) => `{"line":${index},"text":"${'x'.repeat(4000)}"}\n`);
    for (const line of lines) destination.write(line);
    const { promise, resolve } = Promise.withResolvers<void>();
    destination.flush(resolve);
    let read = '';
    const reading = setInterval(() => {
      read += readNow(reader);
    }, 1);
    await promise;
    clearInterval(reading);
    // Nothing is left for it.
    destination.flushSync();
    read += readNow(reader);
    expect(read).toBe(lines.join(''));
    closeSync(reader);
    closeSync(writer);
  });

  it.each(['has stopped reading', 'is gone'])('does not wait for ever for a reader that %s', async (how) => {
    const { reader, writer } = pipe();
    const destination = new LogDestination(writer, ignoreDropped);
    destination.write('x'.repeat(200_000));
    if (how === 'is gone') closeSync(reader);
    const { promise, resolve } = Promise.withResolvers<void>();
    destination.flush(resolve);
    await promise;
    if (how !== 'is gone') closeSync(reader);
    destination.flushSync();
    closeSync(writer);
  });

  // Linux has a file that is always full.
  (existsSync('/dev/full') ? it : it.skip)('goes on when a full disk has room again', async () => {
    const full = openSync('/dev/full', 'w');
    const destination = new LogDestination(full, ignoreDropped);
    destination.write('while it was full\n');
    destination.flush(ignoreDropped);
    await sleep(50);
    // No write is under way after that, and none begins before the same descriptor leads elsewhere.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    closeSync(full);
    const path = join(folder, 'log');
    expect(openSync(path, 'w')).toBe(full);
    destination.write('afterwards\n');
    const { promise, resolve } = Promise.withResolvers<void>();
    destination.flush(resolve);
    await promise;
    expect(readFileSync(path, 'utf8')).toBe('while it was full\nafterwards\n');
  });

  it('ends with a reader that is gone, and keeps nothing for it', async () => {
    const { reader, writer } = pipe();
    const destination = new LogDestination(writer, ignoreDropped);
    destination.write('first\n');
    closeSync(reader);
    destination.flushSync();
    destination.write('x'.repeat(100_000));
    await sleep(50);
    destination.flushSync();
    closeSync(writer);
  });

  it('gives up at last on a reader that has stopped reading', () => {
    const { reader, writer } = pipe();
    const destination = new LogDestination(writer, ignoreDropped);
    destination.write('x'.repeat(60_000));
    destination.write('y'.repeat(4000));
    for (let more = 0; more < 3; more += 1) {
      destination.write('z'.repeat(50_000));
      destination.flushSync();
    }
    closeSync(reader);
    closeSync(writer);
  });

  it('bounds what a reader that has stopped reading holds up, and tells what was lost', async () => {
    const { reader, writer } = pipe();
    const lost: number[] = [];
    const destination = new LogDestination(writer, (lines) => {
      lost.push(lines);
    });
    const line = `${'x'.repeat(1023)}\n`;
    for (let count = 0; count < 20_000; count += 1) destination.write(line);
    const buffer = Buffer.alloc(1024 * 1024);
    let read = 0;
    for (let tries = 0; tries < 3000 && lost.length === 0; tries += 1) {
      try {
        read += readSync(reader, buffer);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
      await sleep(1);
    }
    expect(lost[0]).toBeGreaterThan(3000);
    expect(lost[0]).toBeLessThan(4000);
    expect(read).toBeGreaterThan(0);
    closeSync(reader);
    closeSync(writer);
  });
});

/** What there is to read, perhaps nothing. */
function readNow(reader: number): string {
  const buffer = Buffer.alloc(1024 * 1024);
  try {
    return buffer.toString('utf8', 0, readSync(reader, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
    throw error;
  }
}
