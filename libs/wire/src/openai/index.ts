export * from './capabilities.js';
export { sessionOfUserId } from './client-identity.js';
export * from './compatibility.js';
export * from './error-from-upstream.js';
export { isLastingRefusal, memberAt } from './lasting-refusal.js';
export * from './reasoning-envelope.js';
export {
  healingWarning,
  healRequest,
  reasoningItems,
  type UnsupportedParameter,
  unsupportedParameter,
} from './unsupported-parameter.js';
export * from './upstream-model.js';
export * from './without-stream.js';
