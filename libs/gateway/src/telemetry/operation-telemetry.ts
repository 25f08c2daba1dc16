import { Inject, Injectable, Optional } from '@nestjs/common';
import { type RequestContext, requestContext, type Traces, TRACES } from '#observability';
import type { InferenceRequest } from '../inference-request.js';
import type { OperationRecord } from '../operation-record.js';
import { operationLogFields } from './operation-log.js';
import { OperationMetrics } from './operation-metrics.js';
import { OperationTrace } from './operation-trace.js';

/** What is told of operations besides the ledger. */
@Injectable()
export class OperationTelemetry {
  constructor(
    private readonly metrics: OperationMetrics,
    @Optional() @Inject(TRACES) private readonly traces?: Traces,
  ) {}

  /** Undefined where traces are off. */
  begin({ operation }: InferenceRequest): OperationTrace | undefined {
    const parent = this.traces && requestContext.getStore()?.span;
    return parent && new OperationTrace(parent, operation);
  }

  settled(record: OperationRecord, context: RequestContext | undefined): void {
    context?.annotate(operationLogFields(record));
    context?.waitedFor(record.upstreamWaitMs);
    this.metrics.record(record);
  }
}
