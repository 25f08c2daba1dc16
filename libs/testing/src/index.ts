export { type CollectedSpan, Collector } from './collector.js';
export { EmbeddedCloud } from './embedded-cloud.js';
export { freePort } from './free-port.js';
export { JobClient, type JobJson } from './job-client.js';
export { metricsAt, type Samples, sumOf } from './metrics-at.js';
export { Product, type ProductOptions } from './product.js';
export { TestProcess } from './test-process.js';
