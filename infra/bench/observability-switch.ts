/**
 * Loaded into the gateway before itself: makes what watches requests a switch, so that the same compiled code is measured with it and
 * without. Two processes of one build differ by more than logs and metrics cost. Each SIGUSR2 goes one step on: nothing watches, logs
 * and metrics do, traces do as well.
 */

/** What each request calls, by the step from which on it is called; `finish` makes the log line and ends the span. */
const watchers = [
  { step: 1, file: 'libs/observability/src/request-context.js', method: 'RequestContext.annotate' },
  { step: 1, file: 'libs/gateway/src/telemetry/operation-telemetry.js', method: 'OperationTelemetry.settled' },
  { step: 1, file: 'apps/api/src/edge/request-metrics.js', method: 'RequestMetrics.begun' },
  { step: 1, file: 'apps/api/src/edge/request-metrics.js', method: 'RequestMetrics.finished' },
  { step: 1, file: 'apps/api/src/edge/request-context.middleware.js', method: 'RequestContextMiddleware.finish' },
  { step: 2, file: 'libs/observability/src/traces/otel-traces.js', method: 'OtelTraces.start' },
] as const;

type Method = (this: unknown, ...args: unknown[]) => unknown;

let now = 0;

for (const { step, file, method } of watchers) {
  const [className = '', name = ''] = method.split('.');
  const module = (await import(new URL(`../../${file}`, import.meta.url).href)) as Record<
    string,
    { prototype: object }
  >;
  const prototype = module[className]?.prototype as Record<string, Method>;
  const watch = prototype[name];
  if (watch === undefined) throw new Error(`there is no ${method}`);
  prototype[name] = function (...args) {
    return now >= step ? watch.apply(this, args) : undefined;
  };
}

process.on('SIGUSR2', () => {
  now = (now + 1) % 3;
});
