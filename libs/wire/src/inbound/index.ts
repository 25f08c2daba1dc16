export { clientPath } from './client-path.js';
export * from './compatibility.js';
export { isDispensable } from './dispensable.js';
export * from './output-limit.js';
