export * from './from-response.js';
export * from './from-stream.js';
export * from './to-request.js';
export * from './parse-request.js';
export * from './format-response.js';
export * from './format-stream.js';
