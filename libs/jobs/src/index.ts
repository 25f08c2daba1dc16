export { type EnqueuedJob, JobService } from './enqueue/job.service.js';
export { JobsModule } from './jobs.module.js';
