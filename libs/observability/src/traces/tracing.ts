import { Inject, Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { Config, TraceProtocol } from '#config';
import type { ServiceName } from '../logger.js';
import { type Traces, TRACES } from './traces.js';

const exporters: Readonly<Record<TraceProtocol, () => Promise<{ OTLPTraceExporter: new () => SpanExporter }>>> = {
  'http/protobuf': async () => import('@opentelemetry/exporter-trace-otlp-proto'),
  'http/json': async () => import('@opentelemetry/exporter-trace-otlp-http'),
};

/** Loads the SDK only where traces are on: off, they cost neither memory nor a call. */
export async function openTraces(config: Config, service: ServiceName, logger: Logger): Promise<Traces | undefined> {
  if (config.traceProtocol === undefined) return undefined;
  const { OtelTraces } = await import('./otel-traces.js');
  const { OTLPTraceExporter } = await exporters[config.traceProtocol]();
  return new OtelTraces(config, service, logger, new OTLPTraceExporter());
}

/** Sends the last spans before the process ends. */
@Injectable()
export class TracesEnd implements OnApplicationShutdown {
  constructor(@Optional() @Inject(TRACES) private readonly traces?: Traces) {}

  async onApplicationShutdown(): Promise<void> {
    // A collector that is away must not hold the shutdown; the SDK has its own deadline for the batch.
    await this.traces?.close().catch(() => undefined);
  }
}
