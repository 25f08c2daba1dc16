import type { LeasedJobRow } from '#persistence';
import type { JobRun } from './job-run.js';

/** A run of a job on which this process holds the lease. */
export interface LeasedRun {
  /** The job's. */
  readonly id: string;
  readonly row: LeasedJobRow;
  readonly run: JobRun;
}
