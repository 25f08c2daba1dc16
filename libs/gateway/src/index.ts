export * from './caller.js';
export * from './gateway.js';
export * from './gateway.module.js';
export * from './gateway-answer.js';
export { parseJson, readInbound } from './inbound.js';
export * from './inference-request.js';
export { KeyRing } from './key-ring.js';
export type * from './operation-record.js';
