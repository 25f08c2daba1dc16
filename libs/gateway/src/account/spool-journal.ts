import type { Logger } from 'pino';
import type { SpooledRow } from './spooled-row.js';

const repeatMs = 10_000;

/** What becomes of rows that do not take the straight way: counted for the metrics, and said in the log. */
export class SpoolJournal {
  /** Rows, since the process began. `dropped` and `refused` are lost to the ledger. */
  readonly counts = { dropped: 0, refused: 0, spilled: 0, replayed: 0 };
  private unavailableSinceMs: number | undefined;
  private saidDropped = 0;
  private because = '';
  private repeating: NodeJS.Timeout | undefined;

  constructor(private readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>) {}

  /** Said at once, and then every ten seconds what has come to it: a flood of lines would not be louder. */
  dropped(rows: number, because: string): void {
    this.counts.dropped += rows;
    this.because = because;
    if (this.repeating === undefined) this.sayDropped();
  }

  /** The whole row, so that it can be entered by hand; there is no content of requests in it. */
  refused(row: SpooledRow, error: unknown): void {
    this.counts.refused += 1;
    this.logger.error({ error, metadata: row }, 'the database refuses a usage row');
  }

  spilled(rows: number): void {
    this.counts.spilled += rows;
    this.logger.warn({ metadata: { rows } }, 'usage rows put on disk until the database answers');
  }

  replayed(rows: number, unreadable: number): void {
    this.counts.replayed += rows;
    if (unreadable > 0) this.logger.error({ metadata: { lines: unreadable } }, 'usage rows on disk cannot be read');
    this.logger.info({ metadata: { rows } }, 'usage rows recorded from disk');
  }

  directoryFull(): void {
    this.logger.error({}, 'the usage spool directory is full');
  }

  diskFailed(error: unknown): void {
    this.logger.error({ error }, 'the usage spool directory cannot be used');
  }

  unavailable(error: unknown, waiting: number): void {
    if (this.unavailableSinceMs !== undefined) return;
    this.unavailableSinceMs = performance.now();
    this.logger.error({ error, metadata: { waiting } }, 'usage rows cannot be recorded now, and are kept');
  }

  available(): void {
    if (this.unavailableSinceMs === undefined) return;
    const lastedMs = Math.round(performance.now() - this.unavailableSinceMs);
    this.unavailableSinceMs = undefined;
    this.logger.info({ metadata: { lastedMs } }, 'usage rows are recorded again');
  }

  /** What has not been said yet. */
  end(): void {
    this.sayDropped();
    clearTimeout(this.repeating);
  }

  private sayDropped(): void {
    this.repeating = undefined;
    const { dropped } = this.counts;
    if (dropped === this.saidDropped) return;
    const metadata = { rows: dropped - this.saidDropped, rowsInAll: dropped };
    this.saidDropped = dropped;
    this.repeating = setTimeout(() => this.sayDropped(), repeatMs).unref();
    this.logger.error({ metadata }, `usage rows dropped: ${this.because}`);
  }
}
