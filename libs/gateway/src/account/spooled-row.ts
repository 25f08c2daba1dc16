import { storableJson, type UsageAttemptRow, type UsageBatch, type UsageOperationRow } from '#persistence';

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

/** Columns, the object around them and words of our own; what others have named comes on top. */
const bytesWithoutNames = 700;

/** About what a row takes in memory, and within a factor of two on disk. */
export function bytesOf(row: SpooledRow): number {
  if ('attempt' in row) return bytesWithoutNames + row.attempt.model.length;
  const { model_asked: asked, model_used: used, model_answered: answered, correlation_id: correlation } = row.operation;
  return bytesWithoutNames + asked.length + (used?.length ?? 0) + (answered?.length ?? 0) + correlation.length;
}

/**
 * A row out of a spool file; undefined for what is none, such as a line that a dying process has cut. Another release may have
 * written it, with fractions of milliseconds and with characters that PostgreSQL refuses.
 */
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
  if (!isRow) return undefined;
  const row = storableJson(value as SpooledRow);
  return 'operation' in row ? { operation: inWhole(row.operation) } : { attempt: inWhole(row.attempt) };
}

function inWhole<T extends { duration_ms: number; first_byte_ms: number | null }>(row: T): T {
  const { duration_ms: durationMs, first_byte_ms: firstByteMs } = row;
  return {
    ...row,
    duration_ms: Math.round(durationMs),
    first_byte_ms: firstByteMs === null ? null : Math.round(firstByteMs),
  };
}

function isKeyed(row: unknown, key: string): boolean {
  return typeof row === 'object' && row !== null && typeof Reflect.get(row, key) === 'string';
}
