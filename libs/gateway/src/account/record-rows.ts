import type { UsageBatch } from '#persistence';
import { GatewayError } from '#wire';
import { batchOf, type SpooledRow } from './spooled-row.js';

/** Where rows end up: `UsageRepository`, or a stand-in. Writing the same rows again changes nothing. */
export interface UsageWriter {
  /** Throws `GatewayError`: `internal` when the values are refused and always will be; after any other, later may succeed. */
  record(batch: UsageBatch): Promise<unknown>;
}

/**
 * Records rows. Where the database refuses a batch for its values, halves of it are tried until the rows at fault stand alone:
 * those go to `refused`, and every other one is recorded. `done` is told of rows that need not be written again.
 *
 * Throws when the database cannot be asked; rows of which `done` was not told are still to be written.
 */
export async function recordRows(
  writer: UsageWriter,
  rows: readonly SpooledRow[],
  done: (rows: readonly SpooledRow[]) => void,
  refused: (row: SpooledRow, error: unknown) => void,
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  try {
    await writer.record(batchOf(rows));
    done(rows);
  } catch (error) {
    if (!(error instanceof GatewayError && error.code === 'internal')) throw error;
    if (rows.length === 1) {
      refused(first, error);
      done(rows);
      return;
    }
    const middle = Math.ceil(rows.length / 2);
    await recordRows(writer, rows.slice(0, middle), done, refused);
    await recordRows(writer, rows.slice(middle), done, refused);
  }
}
