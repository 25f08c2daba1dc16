import type { QueuedJob } from '../queue/job-queue.js';

/**
 * What becomes of a queue message: it is done with, or somebody gets it again after a while. With `resting`, it is a new message of
 * that job that comes, because SQS counts receipts: twenty of one message, and it is a dead letter.
 */
export type Disposition =
  | { readonly done: true }
  | { readonly done: false; readonly againInSeconds: number; readonly resting?: QueuedJob };

export const done: Disposition = { done: true };

export function again(seconds: number): Disposition {
  return { done: false, againInSeconds: seconds };
}

/** For a job that rests: its message was delivered, and no receipt of it failed. */
export function rest(job: QueuedJob, seconds: number): Disposition {
  return { done: false, againInSeconds: seconds, resting: job };
}
