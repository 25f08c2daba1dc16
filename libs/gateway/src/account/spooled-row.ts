import type { UsageAttemptRow, UsageBatch, UsageOperationRow } from '#persistence';

/** One row of the ledger on its way there. */
export type SpooledRow = { readonly operation: UsageOperationRow } | { readonly attempt: UsageAttemptRow };

export function spooledRows({ operations, attempts }: UsageBatch): SpooledRow[] {
  return [...operations.map((operation) => ({ operation })), ...attempts.map((attempt) => ({ attempt }))];
}

export function batchOf(rows: readonly SpooledRow[]): UsageBatch {
  return {
    operations: rows.flatMap((row) => ('operation' in row ? [row.operation] : [])),
    attempts: rows.flatMap((row) => ('attempt' in row ? [row.attempt] : [])),
  };
}

/** Columns and the object around them; their strings come on top. */
const bytesWithoutStrings = 500;

/** About what a row takes in memory, and within a factor of two on disk. */
export function bytesOf(row: SpooledRow): number {
  let bytes = bytesWithoutStrings;
  for (const value of Object.values('operation' in row ? row.operation : row.attempt)) {
    if (typeof value === 'string') bytes += value.length;
  }
  return bytes;
}

/** A row out of a spool file; undefined for what is none, such as a line that a dying process has cut. */
export function parseRow(line: string): SpooledRow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const isRow =
    'operation' in value
      ? isKeyed(value.operation, 'id')
      : 'attempt' in value && isKeyed(value.attempt, 'operation_id');
  return isRow ? (value as SpooledRow) : undefined;
}

function isKeyed(row: unknown, key: string): boolean {
  return typeof row === 'object' && row !== null && typeof Reflect.get(row, key) === 'string';
}
