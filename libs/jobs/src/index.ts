export { type EnqueuedJob, type EnqueueRequest, JobService } from './enqueue/job.service.js';
export { JobsModule } from './jobs.module.js';
