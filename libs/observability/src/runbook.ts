/** Sections of the runbook: what an on-call does about what fails. */
export type RunbookSection =
  | 'availability-burn'
  | 'error-rate'
  | 'latency'
  | 'queue-age'
  | 'queue-backlog'
  | 'dead-letters'
  | 'jobs-failing'
  | 'worker-heartbeat'
  | 'usage-spool'
  | 'healthy-targets'
  | 'saturation'
  | 'upstream-failing'
  | 'database-away'
  | 'queue-away'
  | 'memory-pressure'
  | 'event-loop-lag';

export function runbook(section: RunbookSection): string {
  return `docs/OPERATIONAL_RUNBOOK_FULL.md#${section}`;
}
