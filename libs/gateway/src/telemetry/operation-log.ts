import { tokenCounts } from '../account/token-counts.js';
import type { OperationRecord } from '../operation-record.js';

/** Model names are the client's words, and as long as it likes. */
const maxNameLength = 256;

/** What one request came to, as its log line tells it. Never content. Kinds of tokens that only some requests have are left out at 0. */
export function operationLogFields(record: OperationRecord): Record<string, unknown> {
  const tokens = record.usage && tokenCounts(record.usage);
  return {
    dialect: record.dialect,
    operation: record.operation,
    mode: record.mode,
    modelAsked: record.modelAsked?.slice(0, maxNameLength),
    modelUsed: record.modelUsed?.slice(0, maxNameLength),
    modelAnswered: record.modelAnswered?.slice(0, maxNameLength),
    provider: record.provider,
    upstream: record.target,
    attempts: record.attempts.length,
    outcome: record.outcome,
    errorCode: record.errorCode,
    inputTokens: tokens?.input_tokens,
    outputTokens: tokens?.output_tokens,
    cacheReadTokens: tokens?.cache_read_tokens || undefined,
    cacheCreationTokens: tokens && (tokens.cache_creation_5m_tokens + tokens.cache_creation_1h_tokens || undefined),
    thinkingTokens: tokens?.thinking_tokens || undefined,
    costMicroUsd: record.costMicroUsd,
    firstByteMs: rounded(record.firstByteMs),
    upstreamWaitMs: rounded(record.upstreamWaitMs),
  };
}

/** To a tenth: own latencies are below a millisecond. */
function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 10) / 10;
}
