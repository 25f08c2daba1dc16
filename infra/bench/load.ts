import type { LoadJob } from './load-job.js';
import { runLoad } from './run-load.js';

// A program of its own, so that what it costs is not counted as what it measures. Jobs come and results go over its channel.
process.on('message', (job: LoadJob) => void runLoad(job).then((result) => process.send?.(result)));
process.once('disconnect', () => process.exit(0));
process.send?.({ port: 0 });
