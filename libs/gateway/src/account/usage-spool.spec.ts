import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { FakeLedger } from './fake-ledger.fixture.js';
import { SpoolDirectory } from './spool-directory.js';
import { SpoolJournal } from './spool-journal.js';
import { type SpoolLimits, UsageSpool } from './usage-spool.js';
import { usageOf } from './usage-rows.fixture.js';

const limits: SpoolLimits = {
  batchRows: 10,
  flushMs: 5,
  maxRows: 40,
  maxBytes: 1024 * 1024,
  retryMs: 2,
  maxRetryMs: 4,
  lookMs: 60_000,
};

let ledger: FakeLedger;
let journal: SpoolJournal;
let said: { level: string; message: string; fields: Record<string, unknown> }[];
let path: string;

beforeEach(async () => {
  ledger = new FakeLedger();
  said = [];
  const say = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void said.push({ level, message, fields });
  journal = new SpoolJournal({
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
  } as unknown as ConstructorParameters<typeof SpoolJournal>[0]);
  path = await mkdtemp(join(tmpdir(), 'usage-spool-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

function spoolOf(changes: Partial<SpoolLimits> = {}, directory?: SpoolDirectory): UsageSpool {
  return new UsageSpool(ledger, journal, directory, { ...limits, ...changes });
}

function onDisk(maxBytes = 1024 * 1024): SpoolDirectory {
  return new SpoolDirectory(path, maxBytes);
}

function keysOf(id: string, attempts = 1): string[] {
  return [id, ...Array.from({ length: attempts }, (_, index) => `${id}#${index + 1}`)];
}

function operationLine(id: string): string {
  return usageOf(id, 0)
    .operations.map((operation) => `${JSON.stringify({ operation })}\n`)
    .join('');
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const errors = (): string[] => said.filter(({ level }) => level === 'error').map(({ message }) => message);

describe('UsageSpool', () => {
  it('records what it is given a little later, in one call', async () => {
    const spool = spoolOf();
    spool.add(usageOf('a', 2));
    spool.add(usageOf('b', 0));
    expect(ledger.calls).toEqual([]);
    await until(() => spool.waitingRows === 0);
    expect(ledger.calls).toEqual([4]);
    expect([...ledger.rows].toSorted()).toEqual(['a', 'a#1', 'a#2', 'b']);
    expect(said).toEqual([]);
  });

  it('writes batches of the size that it may, one call at a time, without waiting for the clock', async () => {
    const spool = spoolOf({ flushMs: 60_000 });
    for (let index = 0; index < 20; index += 1) spool.add(usageOf(`op-${index}`));
    await until(() => spool.waitingRows === 0);
    expect(ledger.calls).toEqual([10, 10, 10, 10]);
    expect(ledger.mostAtOnce).toBe(1);
  });

  it('keeps rows over an outage, says so once, and records each once afterwards', async () => {
    const spool = spoolOf();
    ledger.away = true;
    for (let index = 0; index < 15; index += 1) spool.add(usageOf(`op-${index}`));
    await until(() => ledger.calls.length > 3);
    expect(spool.waitingRows).toBe(30);
    ledger.away = false;
    await until(() => spool.waitingRows === 0);
    expect(ledger.rows.size).toBe(30);
    expect(said.map(({ message }) => message)).toEqual([
      'usage rows cannot be recorded now, and are kept',
      'usage rows are recorded again',
    ]);
  });

  it('writes again what may not have arrived', async () => {
    const spool = spoolOf();
    ledger.losesAnswers = true;
    spool.add(usageOf('a'));
    await until(() => ledger.calls.length === 2);
    expect(spool.waitingRows).toBe(2);
    ledger.losesAnswers = false;
    await until(() => spool.waitingRows === 0);
    expect([...ledger.rows]).toEqual(['a', 'a#1']);
  });

  it('drops whole operations beyond its bound, loudly, and counts them', async () => {
    const spool = spoolOf();
    ledger.away = true;
    for (let index = 0; index < 30; index += 1) spool.add(usageOf(`op-${index}`));
    expect(spool.waitingRows).toBe(40);
    expect(journal.counts.dropped).toBe(20);
    expect(errors()).toContain('usage rows dropped: the memory for them is full');
    ledger.away = false;
    await spool.close(5000);
    expect(ledger.rows.size).toBe(40);
    // The first of them was said at once, the others together.
    expect(said.filter(({ message }) => message.startsWith('usage rows dropped')).map(({ fields }) => fields)).toEqual([
      { metadata: { rows: 2, rowsInAll: 2 } },
      { metadata: { rows: 18, rowsInAll: 20 } },
    ]);
  });

  it('is bounded in bytes as well, of what waits', async () => {
    const spool = spoolOf({ maxBytes: 3000 });
    for (const id of ['a', 'b', 'c']) spool.add(usageOf(id));
    expect(spool.waitingRows).toBe(4);
    expect(journal.counts.dropped).toBe(2);
    await until(() => spool.waitingRows === 0);
    for (const id of ['d', 'e']) spool.add(usageOf(id));
    expect(spool.waitingRows).toBe(4);
    expect(journal.counts.dropped).toBe(2);
  });

  it('isolates the row that the database refuses, and records all the others', async () => {
    const spool = spoolOf();
    ledger.refuses = (key) => key === 'op-3#1';
    for (let index = 0; index < 5; index += 1) spool.add(usageOf(`op-${index}`));
    await until(() => spool.waitingRows === 0);
    expect(ledger.rows.size).toBe(9);
    expect(journal.counts.refused).toBe(1);
    expect(said).toEqual([
      {
        level: 'error',
        message: 'the database refuses a usage row',
        fields: expect.objectContaining({ metadata: { attempt: expect.objectContaining({ operation_id: 'op-3' }) } }),
      },
    ]);
  });
});

describe('UsageSpool at the end of the process', () => {
  it('records what waits, and takes no more', async () => {
    const spool = spoolOf({ flushMs: 60_000, batchRows: 3 });
    for (let index = 0; index < 5; index += 1) spool.add(usageOf(`op-${index}`));
    await spool.close(5000);
    expect(ledger.rows.size).toBe(10);
    spool.add(usageOf('late'));
    expect(journal.counts.dropped).toBe(2);
    expect(errors()).toEqual(['usage rows dropped: the process is ending']);
  });

  it('goes on trying until its time is over, and says what it had to drop', async () => {
    const spool = spoolOf();
    ledger.away = true;
    spool.add(usageOf('a'));
    await spool.close(30);
    expect(ledger.calls.length).toBeGreaterThan(1);
    expect(spool.waitingRows).toBe(0);
    expect(errors()).toContain('usage rows dropped: the process ends and the database does not answer');
  });

  it('is not held up by a call that never ends', async () => {
    const spool = new UsageSpool({ record: () => new Promise(() => undefined) }, journal, onDisk(), limits);
    spool.add(usageOf('a'));
    await spool.close(20);
    expect(await readdir(path)).toHaveLength(1);
  });

  it('leaves on disk what the next process records', async () => {
    const spool = spoolOf({}, onDisk());
    ledger.away = true;
    for (let index = 0; index < 5; index += 1) spool.add(usageOf(`op-${index}`));
    await spool.close(5000);
    expect(journal.counts).toMatchObject({ spilled: 10, dropped: 0 });

    ledger.away = false;
    const next = spoolOf({}, onDisk());
    next.start();
    await until(() => journal.counts.replayed === 10);
    await next.close(5000);
    expect(ledger.rows.size).toBe(10);
    expect(await readdir(path)).toEqual([]);
  });
});

describe('UsageSpool with a directory', () => {
  it('goes to disk beyond half of its memory, and empties both after the outage', async () => {
    const spool = spoolOf({}, onDisk());
    ledger.away = true;
    for (let index = 0; index < 60; index += 1) {
      spool.add(usageOf(`op-${index}`));
      await until(() => spool.waitingRows <= 22);
    }
    expect(journal.counts.dropped).toBe(0);
    expect(journal.counts.spilled).toBeGreaterThan(90);
    ledger.away = false;
    await until(() => ledger.rows.size === 120);
    await spool.close(5000);
    expect(await readdir(path)).toEqual([]);
  });

  it('goes to disk while an outage lasts, so that a crash loses nothing', async () => {
    const spool = spoolOf({}, onDisk());
    ledger.away = true;
    spool.add(usageOf('a'));
    await until(() => spool.waitingRows === 0);
    spool.add(usageOf('b'));
    await until(() => spool.waitingRows === 0);
    expect(journal.counts).toMatchObject({ spilled: 4, dropped: 0 });

    const another = new FakeLedger();
    const next = new UsageSpool(another, journal, onDisk(), limits);
    next.start();
    await until(() => another.rows.size === 4);
    await next.close(5000);
    await spool.close(5000);
  });

  it('does not look through the directory again for each file of a long outage', async () => {
    for (let count = 0; count < 30; count += 1) {
      await writeFile(join(path, `usage-1-${count}.ndjson`), operationLine(`operation-${count}`));
    }
    const directory = onDisk();
    const looks = jest.spyOn(directory, 'list');
    const spool = spoolOf({}, directory);
    spool.start();
    await until(() => ledger.rows.size === 30);
    await spool.close(5000);
    expect(await readdir(path)).toEqual([]);
    expect(looks.mock.calls.length).toBeLessThan(4);
  });

  it('comes back to a file that it could not record, and to those that came meanwhile', async () => {
    for (const name of ['a', 'b', 'c']) await writeFile(join(path, `usage-1-${name}.ndjson`), operationLine(name));
    const spool = spoolOf({}, onDisk());
    ledger.away = true;
    spool.start();
    await until(() => ledger.calls.length > 1);
    await writeFile(join(path, 'usage-1-d.ndjson'), operationLine('d'));
    ledger.away = false;
    await until(() => ledger.rows.size === 4);
    await spool.close(5000);
    expect(await readdir(path)).toEqual([]);
  });

  it('replays what another process leaves there later', async () => {
    const spool = spoolOf({ lookMs: 10 }, onDisk());
    spool.start();
    await writeFile(join(path, 'usage-1-a.ndjson'), operationLine('left'));
    await until(() => journal.counts.replayed === 1);
    expect([...ledger.rows]).toEqual(['left']);
    await spool.close(5000);
    expect(await readdir(path)).toEqual([]);
  });

  it('tells what lies on disk and how old it is', async () => {
    const spool = spoolOf({}, onDisk());
    expect(await spool.state()).toEqual({ rows: 0, bytesOnDisk: 0, oldestAgeSeconds: 0 });
    const left = join(path, 'usage-1-a.ndjson');
    await writeFile(left, operationLine('left'));
    await utimes(left, new Date(), new Date(Date.now() - 60_000));
    const state = await spool.state();
    expect(state).toMatchObject({ rows: 0, bytesOnDisk: operationLine('left').length });
    expect(state.oldestAgeSeconds).toBeGreaterThanOrEqual(60);
  });

  it('does not call a directory that it cannot read an empty one', async () => {
    await writeFile(join(path, 'file'), '');
    const spool = spoolOf({}, new SpoolDirectory(join(path, 'file', 'below'), 1000));
    expect((await spool.state()).bytesOnDisk).toBeUndefined();
  });

  it('says at its start, and whenever it is asked, that the directory cannot be written', async () => {
    // Where not even root may.
    const spool = spoolOf({}, new SpoolDirectory('/proc/self', 1000));
    spool.start();
    await until(() => errors().length > 0);
    expect(errors()).toEqual(['the usage spool directory cannot be used']);
    expect((await spool.state()).bytesOnDisk).toBeUndefined();
  });

  it('drops loudly when the directory is full too', async () => {
    const spool = spoolOf({ maxRetryMs: 60_000 }, onDisk(10));
    ledger.away = true;
    for (let index = 0; index < 25; index += 1) spool.add(usageOf(`op-${index}`));
    await until(() => errors().includes('the usage spool directory is full'));
    expect(spool.waitingRows).toBe(40);
    expect(journal.counts.dropped).toBe(10);
  });

  it('does not try the directory again at once when it was full', async () => {
    const spool = spoolOf({ maxRetryMs: 60_000 }, onDisk(10));
    ledger.away = true;
    for (let index = 0; index < 11; index += 1) spool.add(usageOf(`op-${index}`));
    await until(() => errors().includes('the usage spool directory is full'));
    for (let index = 11; index < 14; index += 1) {
      spool.add(usageOf(`op-${index}`));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(errors().filter((message) => message.endsWith('is full'))).toHaveLength(1);
  });

  it('replays a file that it cannot remove once, and not until the next look again', async () => {
    class Stuck extends SpoolDirectory {
      override async remove(): Promise<void> {
        throw new Error('not permitted');
      }
    }
    await writeFile(join(path, 'usage-1-a.ndjson'), operationLine('left'));
    const spool = spoolOf({}, new Stuck(path, 1024));
    spool.start();
    await until(() => errors().length > 0);
    spool.add(usageOf('a'));
    await until(() => spool.waitingRows === 0);
    expect(journal.counts.replayed).toBe(1);
    await spool.close(5000);
  });

  it('goes on recording when the disk fails', async () => {
    await writeFile(join(path, 'file'), '');
    const spool = spoolOf({}, new SpoolDirectory(join(path, 'file', 'below'), 1000));
    spool.start();
    spool.add(usageOf('a'));
    await until(() => ledger.rows.size === 2 && errors().length > 0);
    expect(errors()).toEqual(['the usage spool directory cannot be used']);
  });

  it('replays what a process that was killed had half written, and leaves alone what one is writing', async () => {
    const whole = operationLine('dead');
    const abandoned = join(path, 'usage-1-a.ndjson.part');
    await writeFile(abandoned, whole + whole.slice(0, 40));
    await utimes(abandoned, new Date(0), new Date(0));
    await writeFile(join(path, 'usage-1-b.ndjson.part'), 'half');
    await writeFile(join(path, 'not ours'), '');
    const spool = spoolOf({}, onDisk());
    spool.start();
    await until(() => journal.counts.replayed === 1);
    await spool.close(5000);
    expect([...ledger.rows]).toEqual(['dead']);
    expect(errors()).toEqual(['usage rows on disk cannot be read']);
    expect((await readdir(path)).toSorted()).toEqual(['not ours', 'usage-1-b.ndjson.part']);
  });
});

describe('UsageSpool, whatever happens', () => {
  const event = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('add' as const), attempts: fc.integer({ min: 0, max: 4 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('away', 'loses', 'back', 'wait') }) },
  );

  it('records each row once or counts it, and never holds more than its bound', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 80 }), fc.nat(9), fc.boolean(), async (events, poison, disk) => {
        ledger = new FakeLedger();
        ledger.refuses = (key) => key.endsWith(`${poison}#2`);
        journal = new SpoolJournal({ info: () => undefined, warn: () => undefined, error: () => undefined });
        const spool = spoolOf({}, disk ? onDisk() : undefined);
        const given: string[] = [];
        for (const [index, happens] of events.entries()) {
          if ('attempts' in happens) {
            spool.add(usageOf(`op-${index}`, happens.attempts));
            given.push(...keysOf(`op-${index}`, happens.attempts));
          } else if (happens.kind === 'wait') await new Promise((resolve) => setTimeout(resolve, 2));
          else Object.assign(ledger, { away: happens.kind === 'away', losesAnswers: happens.kind === 'loses' });
          expect(spool.waitingRows).toBeLessThanOrEqual(limits.maxRows);
        }
        Object.assign(ledger, { away: false, losesAnswers: false });
        await spool.close(5000);
        if (disk) {
          const next = spoolOf({}, onDisk());
          next.start();
          while ((await readdir(path)).length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
          await next.close(5000);
        }
        const missing = given.filter((key) => !ledger.rows.has(key));
        const lost = missing.filter((key) => !ledger.refuses(key)).length;
        expect(ledger.rows.size).toBe(given.length - missing.length);
        expect(ledger.mostAtOnce).toBeLessThanOrEqual(1);
        expect(lost).toBeLessThanOrEqual(journal.counts.dropped);
        if (!disk) expect(missing.length).toBe(journal.counts.dropped + journal.counts.refused);
      }),
      { numRuns: 60 },
    );
  });
});
