export * from './parse-request.js';
export * from './format-response.js';
export * from './format-stream.js';
