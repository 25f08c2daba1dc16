import './debug-switch.js';

export * from './correlation-id.js';
export * from './describe-error.js';
export * from './health-registry.js';
export * from './logger.js';
export * from './logger.module.js';
export * from './metrics/buckets.js';
export { EmbeddedMetrics } from './metrics/embedded-metrics.js';
export * from './metrics/metric-registry.js';
export type * from './metrics/series.js';
export * from './observability.module.js';
export * from './public.decorator.js';
export * from './readiness.js';
export * from './request-context.js';
export * from './runbook.js';
export * from './release-startup-memory.js';
export * from './start-process.js';
export * from './traces/traces.js';
