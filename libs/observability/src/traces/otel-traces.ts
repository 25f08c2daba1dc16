import {
  createTraceState,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  type Context,
  type Span,
  SpanKind as OtelSpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { Config } from '#config';
import type { ServiceName } from '../logger.js';
import type { SpanAttributes, SpanKind, TraceContext, Traces, TraceSpan } from './traces.js';

const sayEveryMs = 60_000;

/** Larger than the SDK's: fewer, larger calls cost a tenth less CPU. What the standard variables say goes before. */
const batches = {
  ...(process.env.OTEL_BSP_MAX_QUEUE_SIZE === undefined && { maxQueueSize: 8192 }),
  ...(process.env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE === undefined && { maxExportBatchSize: 2048 }),
};

const kinds: Readonly<Record<SpanKind, OtelSpanKind>> = {
  server: OtelSpanKind.SERVER,
  client: OtelSpanKind.CLIENT,
  consumer: OtelSpanKind.CONSUMER,
  internal: OtelSpanKind.INTERNAL,
};

/**
 * Traces by the OpenTelemetry SDK: where they go, which are kept and how many wait is read from the standard `OTEL_*` variables.
 * This module is loaded only where traces are on. Parents are handed from span to span, so that no context manager is needed.
 */
export class OtelTraces implements Traces {
  private readonly provider: BasicTracerProvider;
  private readonly tracer: Tracer;

  constructor(config: Config, service: ServiceName, logger: Logger, exporter: SpanExporter) {
    diag.setLogger(quiet(logger), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    const resource = resourceFromAttributes({
      'service.name': `claude-proxy-${service}`,
      'service.version': config.version,
      'deployment.environment.name': config.deploymentEnvironment,
    }).merge(detectResources({ detectors: [envDetector] }));
    this.provider = new BasicTracerProvider({
      resource,
      spanProcessors: [new BatchSpanProcessor(exporter, batches)],
    });
    this.tracer = this.provider.getTracer('claude-proxy', config.version);
  }

  start(name: string, kind: SpanKind, parent: TraceContext | undefined, attributes: SpanAttributes = {}): TraceSpan {
    return new OtelSpan(this.tracer, name, kind, contextOf(parent), attributes);
  }

  async close(): Promise<void> {
    await this.provider.shutdown();
  }
}

class OtelSpan implements TraceSpan {
  private readonly span: Span;

  constructor(
    private readonly tracer: Tracer,
    name: string,
    kind: SpanKind,
    parent: Context,
    attributes: SpanAttributes,
  ) {
    this.span = tracer.startSpan(name, { kind: kinds[kind] }, parent);
    // Given at the start they are checked and copied twice.
    this.span.setAttributes(attributes);
  }

  get context(): TraceContext {
    const { traceId, spanId, traceFlags, traceState } = this.span.spanContext();
    const flags = traceFlags.toString(16).padStart(2, '0');
    return { traceparent: `00-${traceId}-${spanId}-${flags}`, tracestate: traceState?.serialize() };
  }

  child(name: string, kind: SpanKind, attributes: SpanAttributes = {}): TraceSpan {
    return new OtelSpan(this.tracer, name, kind, trace.setSpan(ROOT_CONTEXT, this.span), attributes);
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
