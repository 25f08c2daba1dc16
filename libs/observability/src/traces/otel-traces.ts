import {
  createTraceState,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  type Context,
  type Span,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { Config } from '#config';
import type { ServiceName } from '../logger.js';
import { ChildSpan, otelKinds, type SpanSink, traceContextOf } from './child-span.js';
import type { SpanAttributes, SpanKind, TraceContext, Traces, TraceSpan } from './traces.js';

const sayEveryMs = 60_000;

/** Larger than the SDK's: fewer, larger calls cost a tenth less CPU. What the standard variables say goes before. */
const batches = {
  ...(process.env.OTEL_BSP_MAX_QUEUE_SIZE === undefined && { maxQueueSize: 8192 }),
  ...(process.env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE === undefined && { maxExportBatchSize: 2048 }),
};

/**
 * Traces by the OpenTelemetry SDK: where they go, which are kept and how many wait is read from the standard `OTEL_*` variables.
 * This module is loaded only where traces are on. Parents are handed from span to span, so that no context manager is needed.
 */
export class OtelTraces implements Traces {
  private readonly provider: BasicTracerProvider;
  private readonly sink: SpanSink;
  private readonly tracer: Tracer;

  constructor(config: Config, service: ServiceName, logger: Logger, exporter: SpanExporter) {
    diag.setLogger(quiet(logger), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    const resource = resourceFromAttributes({
      'service.name': `claude-proxy-${service}`,
      'service.version': config.version,
      'deployment.environment.name': config.deploymentEnvironment,
    }).merge(detectResources({ detectors: [envDetector] }));
    const processor = new BatchSpanProcessor(exporter, batches);
    const scope = { name: 'claude-proxy', version: config.version };
    this.provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
    this.tracer = this.provider.getTracer(scope.name, scope.version);
    this.sink = { resource, instrumentationScope: scope, processor, ...attributeLimits() };
  }

  start(name: string, kind: SpanKind, parent: TraceContext | undefined, attributes: SpanAttributes = {}): TraceSpan {
    const span = this.tracer.startSpan(name, { kind: otelKinds[kind] }, contextOf(parent));
    // Given at the start they are checked and copied twice.
    span.setAttributes(attributes);
    return new LocalRoot(span, this.sink);
  }

  async close(): Promise<void> {
    await this.provider.shutdown();
  }
}

/** The first span of a trace in this process: whether the trace is kept was decided by the SDK's sampler. */
class LocalRoot implements TraceSpan {
  private readonly originMs = Date.now() - performance.now();

  constructor(
    private readonly span: Span,
    private readonly sink: SpanSink,
  ) {}

  get context(): TraceContext {
    return traceContextOf(this.span.spanContext());
  }

  child(name: string, kind: SpanKind, attributes: SpanAttributes = {}): TraceSpan {
    return new ChildSpan(this.sink, this.originMs, this.span.spanContext(), name, kind, attributes);
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  end(errorType?: string, endedMs?: number): void {
    if (errorType !== undefined) {
      this.span.setAttribute('error.type', errorType);
      this.span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.span.end(endedMs);
  }
}

/** The SDK reads the same for its own spans, and takes an empty variable for none as well. */
function attributeLimits(): Pick<SpanSink, 'longestText' | 'mostAttributes'> {
  const { env } = process;
  return {
    longestText: Number(
      env.OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT || env.OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT || Infinity,
    ),
    mostAttributes: Number(env.OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT || env.OTEL_ATTRIBUTE_COUNT_LIMIT || 128),
  };
}

function contextOf(parent: TraceContext | undefined): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = '00'] = parent.traceparent.split('-');
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(parent.tracestate !== undefined && { traceState: createTraceState(parent.tracestate) }),
  });
}

function nothing(): void {
  // Below a warning there is nothing to tell.
}

/** A collector that is away is said once a minute: the SDK would say it with every batch. */
function quiet(logger: Logger): Record<'error' | 'warn' | 'info' | 'debug' | 'verbose', (message: string) => void> {
  let saidMs = -Infinity;
  const say = (message: string): void => {
    if (performance.now() - saidMs < sayEveryMs) return;
    saidMs = performance.now();
    logger.warn({ metadata: { reason: message.slice(0, 200) } }, 'traces are not sent');
  };
  return { error: say, warn: say, info: nothing, debug: nothing, verbose: nothing };
}
