import type { TraceSpan } from '#observability';
import { tokenCounts } from '../account/token-counts.js';
import type { AttemptRecord, OperationRecord } from '../operation-record.js';
import type { Target } from '../router.js';
import { operationNames } from './operation-names.js';

const maxNameLength = 256;

/** The spans of one operation: its own, and one for each call of an upstream. Names and counts alone; content is never captured. */
export class OperationTrace {
  private readonly span: TraceSpan;

  constructor(
    parent: TraceSpan,
    private readonly operation: keyof typeof operationNames,
  ) {
    this.span = parent.child(operationNames[operation], 'internal', {
      'gen_ai.operation.name': operationNames[operation],
    });
  }

  attempt({ config, provider, model }: Target): TraceSpan {
    const name = model.model.slice(0, maxNameLength);
    return this.span.child(`${operationNames[this.operation]} ${name}`, 'client', {
      'gen_ai.operation.name': operationNames[this.operation],
      'gen_ai.provider.name': provider.id,
      'gen_ai.request.model': name,
      ...addressOf(config.baseUrl),
      'claude_proxy.upstream': config.name,
    });
  }

  endAttempt(span: TraceSpan, attempt: AttemptRecord): void {
    span.set({ 'http.response.status_code': attempt.status, 'claude_proxy.attempt': attempt.number });
    span.end(attempt.outcome === 'ended' ? undefined : (attempt.errorCode ?? attempt.outcome));
  }

  end(record: OperationRecord, endedMs: number): void {
    const asked = record.modelAsked?.slice(0, maxNameLength);
    const tokens = tokenCounts(record.usage);
    const cacheCreation = tokens.cache_creation_5m_tokens + tokens.cache_creation_1h_tokens;
    if (asked !== undefined) this.span.rename(`${operationNames[this.operation]} ${asked}`);
    this.span.set({
      'gen_ai.request.model': asked,
      'gen_ai.response.model': record.modelAnswered?.slice(0, maxNameLength) ?? record.modelUsed,
      'gen_ai.provider.name': record.provider,
      ...(record.usage && {
        'gen_ai.usage.input_tokens': tokens.input_tokens + tokens.cache_read_tokens + cacheCreation,
        'gen_ai.usage.output_tokens': tokens.output_tokens,
        // Absent where nothing was cached, as most often; each attribute costs as much as counting a request.
        'gen_ai.usage.cache_read.input_tokens': tokens.cache_read_tokens || undefined,
        'gen_ai.usage.cache_creation.input_tokens': cacheCreation || undefined,
      }),
      'claude_proxy.upstream': record.target,
      'claude_proxy.dialect': record.dialect,
      'claude_proxy.mode': record.mode,
      'claude_proxy.attempts': record.attempts.length,
      'claude_proxy.outcome': record.outcome,
      'claude_proxy.cost_micro_usd': record.costMicroUsd ?? undefined,
      'claude_proxy.first_byte_ms': record.firstByteMs,
    });
    this.span.end(record.outcome === 'ended' ? undefined : (record.errorCode ?? record.outcome), endedMs);
  }
}

/** One a target: reading a URL costs more than the span that names it. */
const addresses = new Map<string, { readonly 'server.address': string; readonly 'server.port': number }>();
const mostAddresses = 1000;

function addressOf(baseUrl: string): { readonly 'server.address': string; readonly 'server.port': number } {
  let address = addresses.get(baseUrl);
  if (address === undefined) {
    const { hostname, port, protocol } = new URL(baseUrl);
    address = { 'server.address': hostname, 'server.port': Number(port) || (protocol === 'https:' ? 443 : 80) };
    if (addresses.size < mostAddresses) addresses.set(baseUrl, address);
  }
  return address;
}
