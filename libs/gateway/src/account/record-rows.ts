import { GatewayError } from '#wire';
import { batchOf, type SpooledRow } from './spooled-row.js';
import type { UsageLedger } from './usage-ledger.js';

/**
 * Records rows. Where the database refuses a batch for its values, halves of it are tried until the rows at fault stand alone:
 * those go to `refused`, and every other one is recorded. `done` is told of rows that need not be written again.
 *
 * Throws when the database cannot be asked; rows of which `done` was not told are still to be written.
 */
export async function recordRows(
  ledger: Pick<UsageLedger, 'record'>,
  rows: readonly SpooledRow[],
  done: (rows: readonly SpooledRow[]) => void,
  refused: (row: SpooledRow, error: unknown) => void,
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  try {
    await ledger.record(batchOf(rows));
    done(rows);
  } catch (error) {
    if (!(error instanceof GatewayError && error.code === 'internal')) throw error;
    if (rows.length === 1) {
      refused(first, error);
      done(rows);
      return;
    }
    const middle = Math.ceil(rows.length / 2);
    await recordRows(ledger, rows.slice(0, middle), done, refused);
    await recordRows(ledger, rows.slice(middle), done, refused);
  }
}
