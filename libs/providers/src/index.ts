export * from './provider.js';
export * from './provider-registry.js';
export * from './providers.module.js';
export { type UpstreamResponse } from './upstream-answer.js';
export * from './upstream-client.js';
