export * from './compatibility.js';
export { isDispensable } from './dispensable-tool.js';
export * from './output-limit.js';
