export * from './compatibility.js';
export * from './output-limit.js';
