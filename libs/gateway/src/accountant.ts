import { Injectable } from '@nestjs/common';
import { requestContext } from '#observability';
import type { Caller } from './caller.js';
import type { InferenceRequest } from './inference-request.js';
import { Operation } from './operation.js';
import type { OperationRecord } from './operation-record.js';

/** Opens an account for every operation and files it when it is settled: ended, failed and aborted alike. */
@Injectable()
export class Accountant {
  open(request: InferenceRequest, caller: Caller): Operation {
    const context = requestContext.getStore();
    const { promise, resolve } = Promise.withResolvers<void>();
    context?.awaitBeforeLogging(promise);
    return new Operation(request, caller, (record) => {
      context?.annotate(logFields(record));
      request.account?.(record);
      resolve();
    });
  }
}

function logFields(record: OperationRecord): Record<string, unknown> {
  return {
    dialect: record.dialect,
    mode: record.mode,
    modelAsked: record.modelAsked,
    modelUsed: record.modelUsed,
    upstream: record.target,
    attempts: record.attempts.length,
    outcome: record.outcome,
    errorCode: record.errorCode,
    inputTokens: record.usage?.input_tokens,
    outputTokens: record.usage?.output_tokens,
    firstByteMs: record.firstByteMs === undefined ? undefined : Math.round(record.firstByteMs),
  };
}
