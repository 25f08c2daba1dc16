export * from './capabilities.js';
export { sessionOfUserId } from './client-identity.js';
export * from './compatibility.js';
export * from './error-from-upstream.js';
export * from './reasoning-envelope.js';
export * from './unsupported-parameter.js';
export * from './upstream-model.js';
