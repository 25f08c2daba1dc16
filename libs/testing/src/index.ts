export { EmbeddedCloud } from './embedded-cloud.js';
export { freePort } from './free-port.js';
export { JobClient, type JobJson } from './job-client.js';
export { Product, type ProductOptions } from './product.js';
export { TestProcess } from './test-process.js';
