/** The runbook's sections that a part of `/health` leads to. Alerts know those, and more. */
export type RunbookSection =
  | 'queue-age'
  | 'queue-backlog'
  | 'dead-letters'
  | 'worker-heartbeat'
  | 'usage-spool'
  | 'upstream-failing'
  | 'database-away'
  | 'queue-away'
  | 'memory-pressure'
  | 'event-loop-lag';

export function runbook(section: RunbookSection): string {
  return `docs/OPERATIONAL_RUNBOOK_FULL.md#${section}`;
}
