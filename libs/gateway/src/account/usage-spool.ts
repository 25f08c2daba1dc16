import { setTimeout as sleep } from 'node:timers/promises';
import type { UsageBatch, UsageOperationRow } from '#persistence';
import { recordRows } from './record-rows.js';
import type { SpoolDirectory } from './spool-directory.js';
import type { SpoolJournal } from './spool-journal.js';
import { bytesOf, type SpooledRow, spooledRows } from './spooled-row.js';
import type { UsageLedger } from './usage-ledger.js';

export interface SpoolLimits {
  /** Rows of one call of the database. */
  readonly batchRows: number;
  /** The longest that a row waits while the database answers. */
  readonly flushMs: number;
  /** Rows in memory; with a directory, half of it is when rows begin to go there. */
  readonly maxRows: number;
  /** The same in bytes. */
  readonly maxBytes: number;
  /** Pause after a failed call; doubles up to `maxRetryMs`. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
  /** Between two looks for what other processes have left in the directory. */
  readonly lookMs: number;
}

export interface SpoolState {
  /** In memory. */
  readonly rows: number;
  /** Undefined where the directory cannot be read or written. */
  readonly bytesOnDisk: number | undefined;
  /** Of the oldest in memory or on disk; 0 for none. */
  readonly oldestAgeSeconds: number;
}

/** Failed calls in a row after which the database is taken to stay away; a hiccup is sat out in memory. */
const failuresOfOutage = 3;

const nothingHeld = { bytes: 0, sinceMs: undefined };

export const defaultSpoolLimits: SpoolLimits = {
  batchRows: 500,
  flushMs: 250,
  maxRows: 20_000,
  maxBytes: 32 * 1024 * 1024,
  retryMs: 250,
  maxRetryMs: 10_000,
  lookMs: 30_000,
};

/**
 * The way of usage rows from the hot path to the database: in small batches, one call at a time. Over an outage they are kept, where
 * there is a directory, on disk, which a crash does not take along, else in memory, both bounded; what is beyond the bounds is dropped,
 * and the journal says so. Rows may be written twice and are recorded once: the operation's id is the key.
 */
export class UsageSpool {
  private readonly waiting = new Set<SpooledRow>();
  private bytes = 0;
  private work: Promise<boolean> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private look: NodeJS.Timeout | undefined;
  private failures = 0;
  private spilling: Promise<void> | undefined;
  private maySpillAtMs = 0;
  private replayDue = false;
  /** Names of files that have still to be replayed. One that was not is found again after the others. */
  private found: string[] = [];
  private closing = false;
  private closed = false;

  constructor(
    private readonly ledger: Pick<UsageLedger, 'record'>,
    private readonly journal: SpoolJournal,
    private readonly directory: SpoolDirectory | undefined,
    private readonly limits: SpoolLimits = defaultSpoolLimits,
  ) {}

  /** Rows in memory. */
  get waitingRows(): number {
    return this.waiting.size;
  }

  /** What waits, in memory and on disk, whoever has left it there. */
  async state(): Promise<SpoolState> {
    const onDisk = this.directory === undefined ? nothingHeld : await this.directory.held().catch(() => undefined);
    const sinceMs = Math.min(this.oldestInMemoryMs(), onDisk?.sinceMs ?? Infinity);
    return {
      rows: this.waiting.size,
      bytesOnDisk: onDisk?.bytes,
      oldestAgeSeconds: sinceMs === Infinity ? 0 : Math.max(0, (Date.now() - sinceMs) / 1000),
    };
  }

  /** Replays what earlier processes have left in the directory, and what others leave there later. */
  start(): void {
    if (this.directory === undefined) return;
    void this.onDisk((directory) => directory.held()).then((held) => held && this.replay());
    this.look = setInterval(() => this.replay(), this.limits.lookMs).unref();
  }

  /** Never throws and never waits. The rows of one operation are kept or dropped together. */
  add(batch: UsageBatch): void {
    const rows = spooledRows(batch);
    const bytes = rows.reduce((sum, row) => sum + bytesOf(row), 0);
    const { maxRows, maxBytes } = this.limits;
    if (this.closed || this.waiting.size + rows.length > maxRows || this.bytes + bytes > maxBytes) {
      this.journal.dropped(rows.length, this.closed ? 'the process is ending' : 'the memory for them is full');
      return;
    }
    for (const row of rows) this.waiting.add(row);
    this.bytes += bytes;
    if (this.waiting.size > maxRows / 2 || this.bytes > maxBytes / 2) this.spillSome();
    this.schedule();
  }

  /** Records what waits, or puts it on disk, or else drops it when `withinMs` are over. Nothing is taken any more after it. */
  async close(withinMs: number): Promise<void> {
    this.closing = true;
    clearTimeout(this.timer);
    clearInterval(this.look);
    const deadlineMs = performance.now() + withinMs;
    const ending = new AbortController();
    const over = sleep(withinMs, false, { signal: ending.signal }).catch(() => false);
    while ((this.work !== undefined || this.waiting.size > 0) && performance.now() < deadlineMs) {
      const succeeded = await Promise.race([this.work ?? this.flush(), over]);
      if (succeeded || this.waiting.size === 0) continue;
      if (this.directory !== undefined) break;
      await Promise.race([sleep(this.limits.retryMs, undefined, { signal: ending.signal }), over]);
    }
    ending.abort();
    this.closed = true;
    await this.spilling;
    if (this.waiting.size > 0) await this.spill([...this.waiting]);
    if (this.waiting.size > 0)
      this.journal.dropped(this.waiting.size, 'the process ends and the database does not answer');
    this.forget([...this.waiting]);
    this.journal.end();
  }

  private oldestInMemoryMs(): number {
    for (const row of this.waiting) if ('operation' in row) return endedAtMs(row.operation);
    return Infinity;
  }

  private replay(): void {
    this.replayDue = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.work !== undefined || this.closing) return;
    const dueMs = this.dueMs();
    if (dueMs === undefined) return;
    if (this.timer !== undefined) {
      // A full batch is not kept waiting; a pause after a failure is.
      if (dueMs > 0) return;
      clearTimeout(this.timer);
    }
    this.timer = setTimeout(() => void this.flush(), dueMs).unref();
  }

  private dueMs(): number | undefined {
    const { retryMs, maxRetryMs, batchRows, flushMs } = this.limits;
    if (this.failures > 0) {
      return Math.min(maxRetryMs, retryMs * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2);
    }
    if (this.replayDue || this.waiting.size >= batchRows) return 0;
    return this.waiting.size > 0 ? flushMs : undefined;
  }

  /** One at a time. Resolves to whether the database took everything. */
  private flush(): Promise<boolean> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.work ??= this.drain().then(
      () => this.ended(),
      (error: unknown) => this.ended(error),
    );
    return this.work;
  }

  private ended(error?: unknown): boolean {
    this.work = undefined;
    this.failures = error === undefined ? 0 : this.failures + 1;
    if (error === undefined) this.journal.available();
    else this.journal.unavailable(error, this.waiting.size);
    if (this.failures >= failuresOfOutage && this.waiting.size > 0 && !this.closing) this.spillSome();
    this.schedule();
    return error === undefined;
  }

  private async drain(): Promise<void> {
    for (;;) {
      await this.record(this.oldest());
      if (this.waiting.size >= this.limits.batchRows || (this.closing && this.waiting.size > 0)) continue;
      if (!this.replayDue || this.closing) return;
      await this.replayNext();
    }
  }

  private oldest(): SpooledRow[] {
    const rows: SpooledRow[] = [];
    for (const row of this.waiting) {
      rows.push(row);
      if (rows.length >= this.limits.batchRows) break;
    }
    return rows;
  }

  private async record(rows: readonly SpooledRow[]): Promise<void> {
    await recordRows(
      this.ledger,
      rows,
      (done) => this.forget(done),
      (row, error) => this.journal.refused(row, error),
    );
  }

  private async replayNext(): Promise<void> {
    const file = await this.nextFile();
    this.replayDue = file !== undefined;
    if (file === undefined) return;
    for (let start = 0; start < file.rows.length; start += this.limits.batchRows) {
      await this.record(file.rows.slice(start, start + this.limits.batchRows));
    }
    this.journal.replayed(file.rows.length, file.unreadable);
    const removed = await this.onDisk(async (directory) => {
      await directory.remove(file.name);
      return true;
    });
    // Otherwise it would be replayed again and again until the next look.
    if (removed === undefined) this.replayDue = false;
  }

  /** Looked for once for all of them: over a day's outage they become thousands, which one look each would keep a core busy for minutes. */
  private async nextFile(): ReturnType<SpoolDirectory['read']> {
    return this.onDisk(async (directory) => {
      for (let looked = false; ;) {
        const name = this.found.shift();
        if (name !== undefined) {
          const file = await directory.read(name);
          if (file !== undefined) return file;
        } else if (looked) {
          return undefined;
        } else {
          this.found = await directory.list();
          looked = true;
        }
      }
    });
  }

  /** The newest rows go to disk: the oldest ones are on their way already. */
  private spillSome(): void {
    if (this.spilling !== undefined || performance.now() < this.maySpillAtMs) return;
    const rows = [...this.waiting].slice(-Math.ceil(this.limits.maxRows / 4));
    this.spilling = this.spill(rows).finally(() => {
      this.spilling = undefined;
    });
  }

  private async spill(rows: readonly SpooledRow[]): Promise<void> {
    if (this.directory === undefined) return;
    const written = await this.onDisk((directory) => directory.write(rows));
    if (written === true) {
      this.forget(rows);
      this.journal.spilled(rows.length);
      this.replayDue = true;
      return;
    }
    if (written === false) this.journal.directoryFull();
    this.maySpillAtMs = performance.now() + this.limits.maxRetryMs;
  }

  /** Undefined where the disk fails, which is no reason to stop recording. */
  private async onDisk<T>(work: (directory: SpoolDirectory) => Promise<T>): Promise<T | undefined> {
    if (this.directory === undefined) return undefined;
    try {
      return await work(this.directory);
    } catch (error) {
      this.journal.diskFailed(error);
      return undefined;
    }
  }

  private forget(rows: readonly SpooledRow[]): void {
    for (const row of rows) {
      if (this.waiting.delete(row)) this.bytes -= bytesOf(row);
    }
  }
}

function endedAtMs({ started_at: startedAt, duration_ms: durationMs }: UsageOperationRow): number {
  return Date.parse(startedAt) + durationMs;
}
