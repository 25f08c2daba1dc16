import { Injectable } from '@nestjs/common';
import {
  type CounterFamily,
  type CounterSeries,
  firstTokenSeconds,
  type HistogramFamily,
  type HistogramSeries,
  MetricRegistry,
  operationSeconds,
  tokenCounts as tokenBuckets,
} from '#observability';
import { tokenCounts } from '../account/token-counts.js';
import type { AttemptRecord, OperationRecord } from '../operation-record.js';
import { RouteTable } from '../routing/route-table.js';
import { KnownModels } from './known-models.js';
import { operationNames } from './operation-names.js';

const perModel = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model', 'claude_proxy_upstream'];

/** The series of one upstream model, found once. */
interface ModelSeries {
  readonly firstToken: HistogramSeries;
  readonly inputTokens: HistogramSeries;
  readonly outputTokens: HistogramSeries;
  readonly input: CounterSeries;
  readonly output: CounterSeries;
  readonly cacheRead: CounterSeries;
  readonly cacheCreation5m: CounterSeries;
  readonly cacheCreation1h: CounterSeries;
  readonly thinking: CounterSeries;
  readonly costUsd: CounterSeries;
  readonly unpriced: CounterSeries;
}

interface AttemptSeries {
  readonly count: CounterSeries;
  readonly duration: HistogramSeries;
  readonly firstByte: HistogramSeries;
}

/** Counts what operations came to. The names are OpenTelemetry's GenAI conventions where they have one. */
@Injectable()
export class OperationMetrics {
  private readonly operations: CounterFamily;
  private readonly attempts: CounterFamily;
  private readonly attemptFirstByte: HistogramFamily;
  private readonly duration: HistogramFamily;
  private readonly firstToken: HistogramFamily;
  private readonly usage: HistogramFamily;
  private readonly tokens: CounterFamily;
  private readonly cost: CounterFamily;
  private readonly unpriced: CounterFamily;
  /** By what is at hand, one after the other: a key made of several is a string to be built and hashed for each request. */
  private readonly byDialect = new Map<string, Map<string, CounterSeries>>();
  private readonly byTarget = new Map<string, Map<string, ModelSeries>>();
  private readonly attemptsByTarget = new Map<string, Map<string, AttemptSeries>>();

  constructor(
    registry: MetricRegistry,
    private readonly models: KnownModels,
    table: RouteTable,
  ) {
    this.operations = registry.counter(
      'claude_proxy_operations_total',
      'Requests that reached the gateway, by how they ended',
      ['dialect', 'operation', 'mode', 'outcome'],
    );
    this.attempts = registry.counter('claude_proxy_upstream_attempts_total', 'Calls of upstreams', [
      'claude_proxy_upstream',
      'outcome',
      'error_type',
    ]);
    // An alert on a rise needs a line before the first one, and of these one is enough to wake somebody.
    registry.onCollect(() => {
      for (const { name } of table.routing.targets) this.attempts.of(name, 'failed', 'upstream_rejected_credentials');
    });
    this.attemptFirstByte = registry.histogram(
      'claude_proxy_upstream_first_byte_seconds',
      'From the call of an upstream to its status',
      firstTokenSeconds,
      ['claude_proxy_upstream'],
    );
    this.duration = registry.histogram(
      'gen_ai_client_operation_duration_seconds',
      'Duration of calls of upstreams',
      operationSeconds,
      [...perModel, 'error_type'],
    );
    this.firstToken = registry.histogram(
      'gen_ai_server_time_to_first_token_seconds',
      "From a request's last byte to its answer's first",
      firstTokenSeconds,
      perModel,
    );
    this.usage = registry.histogram('gen_ai_client_token_usage', 'Tokens of an answer', tokenBuckets, [
      ...perModel,
      'gen_ai_token_type',
    ]);
    const byTarget = ['claude_proxy_upstream', 'gen_ai_request_model'];
    this.tokens = registry.counter('claude_proxy_tokens_total', 'Tokens by kind', [...byTarget, 'kind']);
    this.cost = registry.counter('claude_proxy_cost_usd_total', 'Cost at list price, in US dollars', byTarget);
    this.unpriced = registry.counter(
      'claude_proxy_unpriced_operations_total',
      'Answers whose cost is not known',
      byTarget,
    );
  }

  record(record: OperationRecord): void {
    this.ofOperation(record).add();
    for (const attempt of record.attempts) this.recordAttempt(attempt, record);
    if (record.target === undefined) return;
    const series = this.ofModel(record.operation, record.target, record.provider ?? '', record.modelUsed);
    if (record.firstByteMs !== undefined && record.attempts.length > 0)
      series.firstToken.observe(record.firstByteMs / 1000);
    if (record.costMicroUsd === null) series.unpriced.add();
    else series.costUsd.add(record.costMicroUsd / 1e6);
    if (record.usage !== undefined) recordTokens(record, series);
  }

  private ofOperation({ dialect, operation, mode, outcome }: OperationRecord): CounterSeries {
    const known = within(this.byDialect, dialect);
    const key = operation === 'generate' && outcome === 'ended' ? mode : `${operation} ${mode} ${outcome}`;
    let series = known.get(key);
    if (series === undefined) {
      series = this.operations.of(dialect, operation, mode, outcome);
      known.set(key, series);
    }
    return series;
  }

  private recordAttempt(attempt: AttemptRecord, { operation }: OperationRecord): void {
    const { target, provider, outcome, errorCode = '' } = attempt;
    const model = this.models.label(attempt.model);
    const known = within(this.attemptsByTarget, target);
    const isUsual = operation === 'generate' && outcome === 'ended' && errorCode === '';
    const key = isUsual ? model : [model, operation, outcome, errorCode].join('\n');
    let series = known.get(key);
    if (series === undefined) {
      series = {
        count: this.attempts.of(target, outcome, errorCode),
        duration: this.duration.of(operationNames[operation], provider, model, target, errorCode),
        firstByte: this.attemptFirstByte.of(target),
      };
      known.set(key, series);
    }
    series.count.add();
    series.duration.observe(attempt.durationMs / 1000);
    if (attempt.firstByteMs !== undefined) series.firstByte.observe(attempt.firstByteMs / 1000);
  }

  private ofModel(
    operation: OperationRecord['operation'],
    target: string,
    provider: string,
    modelUsed: string | undefined,
  ): ModelSeries {
    const model = this.models.label(modelUsed);
    const known = within(this.byTarget, target);
    const key = operation === 'generate' ? model : `${model}\n${operation}`;
    let series = known.get(key);
    if (series === undefined) {
      const labels = [operationNames[operation], provider, model, target] as const;
      const tokens = (kind: string) => this.tokens.of(target, model, kind);
      series = {
        firstToken: this.firstToken.of(...labels),
        inputTokens: this.usage.of(...labels, 'input'),
        outputTokens: this.usage.of(...labels, 'output'),
        input: tokens('input'),
        output: tokens('output'),
        cacheRead: tokens('cache_read'),
        cacheCreation5m: tokens('cache_creation_5m'),
        cacheCreation1h: tokens('cache_creation_1h'),
        thinking: tokens('thinking'),
        costUsd: this.cost.of(target, model),
        unpriced: this.unpriced.of(target, model),
      };
      known.set(key, series);
    }
    return series;
  }
}

function within<S>(maps: Map<string, Map<string, S>>, key: string): Map<string, S> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}

/** The histograms count as OpenTelemetry does: cached tokens are input, thinking is output. */
function recordTokens(record: OperationRecord, series: ModelSeries): void {
  const tokens = tokenCounts(record.usage);
  const cached = tokens.cache_read_tokens + tokens.cache_creation_5m_tokens + tokens.cache_creation_1h_tokens;
  series.inputTokens.observe(tokens.input_tokens + cached);
  series.outputTokens.observe(tokens.output_tokens);
  series.input.add(tokens.input_tokens);
  series.output.add(tokens.output_tokens);
  series.cacheRead.add(tokens.cache_read_tokens);
  series.cacheCreation5m.add(tokens.cache_creation_5m_tokens);
  series.cacheCreation1h.add(tokens.cache_creation_1h_tokens);
  series.thinking.add(tokens.thinking_tokens);
}
