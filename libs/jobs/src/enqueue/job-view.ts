import type { JobRow } from '#persistence';
import { errorTable, formatError, GatewayError, type ErrorCode } from '#wire';

export function jobPath(id: string): string {
  return `/api/jobs/${id}`;
}

/**
 * A job as its owner reads it. The answer stands in it as the upstream wrote it, character for character: `result` of a job
 * that succeeded, with the `warnings` of what could not be kept, `error` of one that was refused.
 */
export function jobView(row: JobRow): string {
  const known = JSON.stringify({
    job_id: row.id,
    status: row.status,
    status_url: jobPath(row.id),
    created_at: timestamp(row.created_at),
    started_at: timestamp(row.started_at),
    finished_at: timestamp(row.finished_at),
    attempts: row.attempt,
    metadata: row.metadata,
    model: row.model,
  });
  const ending = endingOf(row);
  return ending === undefined ? known : `${known.slice(0, -1)},${ending}}`;
}

function endingOf(row: JobRow): string | undefined {
  if (row.status === 'succeeded') {
    return `"warnings":${JSON.stringify(warningsOf(row))},"result":${row.result_body ?? 'null'}`;
  }
  if (row.result_body !== null) return `"error":${row.result_body}`;
  if (row.error === null) return undefined;
  const code = Object.hasOwn(errorTable, row.error.code) ? (row.error.code as ErrorCode) : 'internal';
  const { body } = formatError(row.dialect, new GatewayError(code, row.error.message), row.id);
  return `"error":${JSON.stringify(body)}`;
}

/** Codes; none where nothing was lost. */
function warningsOf({ result_headers: headers }: JobRow): readonly string[] {
  return headers?.['x-proxy-warnings']?.split(',') ?? [];
}

function timestamp(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
