import { beforeEach, describe, expect, it } from '@jest/globals';
import { MetricRegistry } from '#observability';
import type { Usage } from '#wire';
import type { AttemptRecord, OperationRecord } from '../operation-record.js';
import { route, tableOf, target } from '../routing/test/routing-of.js';
import { KnownModels } from './known-models.js';
import { OperationMetrics } from './operation-metrics.js';

const attempt: AttemptRecord = {
  number: 1,
  target: 'one',
  provider: 'native',
  model: 'claude-opus-5',
  status: 200,
  firstByteMs: 300,
  durationMs: 2000,
  outcome: 'ended',
  errorCode: undefined,
  usage: undefined,
};

const usage = {
  input_tokens: 10,
  output_tokens: 20,
  cache_read_input_tokens: 300,
  cache_creation_input_tokens: 4400,
  cache_creation: { ephemeral_5m_input_tokens: 4000, ephemeral_1h_input_tokens: 400 },
  output_tokens_details: { thinking_tokens: 15 },
} as Usage;

const operation: OperationRecord = {
  id: 'req_1',
  keyId: 'key_1',
  correlationId: 'correlation',
  dialect: 'messages',
  operation: 'generate',
  mode: 'stream',
  modelAsked: 'claude-opus-5',
  modelUsed: 'claude-opus-5',
  modelAnswered: 'claude-opus-5',
  provider: 'native',
  target: 'one',
  startedAt: new Date(),
  firstByteMs: 310,
  upstreamWaitMs: 300,
  durationMs: 2010,
  outcome: 'ended',
  errorCode: undefined,
  status: 200,
  usage,
  costMicroUsd: 2_500_000,
  attempts: [attempt],
};

let registry: MetricRegistry;
let metrics: OperationMetrics;

beforeEach(() => {
  registry = new MetricRegistry();
  const table = tableOf([target('one')], [route({ targets: [{ target: 'one' }] })]);
  metrics = new OperationMetrics(registry, new KnownModels(table), table);
});

/** The lines of a metric, without its name; of a histogram the sum and the count. */
async function linesOf(name: string): Promise<string[]> {
  const lines = (await registry.text()).split('\n');
  return lines.filter((line) => line.startsWith(name) && !line.includes('le="')).map((line) => line.slice(name.length));
}

const model = 'gen_ai_operation_name="chat",gen_ai_provider_name="native",gen_ai_request_model="claude-opus-5"';
const ofModel = `${model},claude_proxy_upstream="one"`;

describe('an operation that ended', () => {
  beforeEach(() => metrics.record(operation));

  it('is counted by how it came and how it ended', async () => {
    expect(await linesOf('claude_proxy_operations_total')).toEqual([
      '{dialect="messages",operation="generate",mode="stream",outcome="ended"} 1',
    ]);
  });

  it('gives its times in seconds, under OpenTelemetry’s names', async () => {
    expect(await linesOf('gen_ai_server_time_to_first_token_seconds')).toEqual([
      `_sum{${ofModel}} 0.31`,
      `_count{${ofModel}} 1`,
    ]);
    expect(await linesOf('gen_ai_client_operation_duration_seconds')).toEqual([
      `_sum{${ofModel},error_type=""} 2`,
      `_count{${ofModel},error_type=""} 1`,
    ]);
    expect(await linesOf('claude_proxy_upstream_first_byte_seconds')).toEqual([
      '_sum{claude_proxy_upstream="one"} 0.3',
      '_count{claude_proxy_upstream="one"} 1',
    ]);
  });

  it('counts each token once by kind, and as OpenTelemetry does by type: cached ones are input', async () => {
    const kinds = {
      input: 10,
      output: 20,
      cache_read: 300,
      cache_creation_5m: 4000,
      cache_creation_1h: 400,
      thinking: 15,
    };
    expect(await linesOf('claude_proxy_tokens_total')).toEqual(
      Object.entries(kinds).map(
        ([kind, tokens]) =>
          `{claude_proxy_upstream="one",gen_ai_request_model="claude-opus-5",kind="${kind}"} ${tokens}`,
      ),
    );
    expect(await linesOf('gen_ai_client_token_usage_sum')).toEqual([
      `{${ofModel},gen_ai_token_type="input"} 4710`,
      `{${ofModel},gen_ai_token_type="output"} 20`,
    ]);
  });

  it('adds its cost in dollars; one whose price nobody knows is counted, not taken for free', async () => {
    metrics.record({ ...operation, costMicroUsd: null });
    const labels = '{claude_proxy_upstream="one",gen_ai_request_model="claude-opus-5"}';
    expect(await linesOf('claude_proxy_cost_usd_total')).toEqual([`${labels} 2.5`]);
    expect(await linesOf('claude_proxy_unpriced_operations_total')).toEqual([`${labels} 1`]);
  });

  it('adds up with the next one in the same series', async () => {
    metrics.record(operation);
    expect(await linesOf('claude_proxy_operations_total')).toEqual([expect.stringMatching(/ 2$/)]);
    expect(await linesOf('gen_ai_client_token_usage_count')).toEqual([
      expect.stringMatching(/ 2$/),
      expect.stringMatching(/ 2$/),
    ]);
  });
});

describe('an operation that failed', () => {
  it('counts every attempt by its error, and no tokens', async () => {
    const failed: AttemptRecord = {
      ...attempt,
      status: undefined,
      firstByteMs: undefined,
      outcome: 'failed',
      errorCode: 'upstream_timeout',
    };
    metrics.record({
      ...operation,
      outcome: 'failed',
      errorCode: 'upstream_timeout',
      firstByteMs: undefined,
      usage: undefined,
      attempts: [failed, { ...failed, number: 2 }],
    });
    expect(await linesOf('claude_proxy_upstream_attempts_total')).toContain(
      '{claude_proxy_upstream="one",outcome="failed",error_type="upstream_timeout"} 2',
    );
    expect(await linesOf('gen_ai_client_operation_duration_seconds_count')).toEqual([
      `{${ofModel},error_type="upstream_timeout"} 2`,
    ]);
    expect(await linesOf('claude_proxy_upstream_first_byte_seconds_count')).toEqual([expect.stringMatching(/ 0$/)]);
    expect(await linesOf('gen_ai_client_token_usage_count')).toEqual([
      expect.stringMatching(/ 0$/),
      expect.stringMatching(/ 0$/),
    ]);
  });

  it('before an upstream was chosen is an operation, and nothing of a model', async () => {
    metrics.record({ ...operation, outcome: 'failed', target: undefined, provider: undefined, attempts: [] });
    expect(await linesOf('claude_proxy_operations_total')).toHaveLength(1);
    expect(await linesOf('gen_ai_')).toEqual([]);
    expect(await linesOf('claude_proxy_cost_usd_total')).toEqual([]);
  });
});

it('has a line for refused keys of every target before the first one, which alone wakes somebody', async () => {
  expect(await linesOf('claude_proxy_upstream_attempts_total')).toEqual([
    '{claude_proxy_upstream="one",outcome="failed",error_type="upstream_rejected_credentials"} 0',
  ]);
});

it('gives a model that only a client knows the label "other"', async () => {
  metrics.record({ ...operation, modelUsed: 'made-up', attempts: [{ ...attempt, model: 'made-up' }] });
  const text = await registry.text();
  expect(text).not.toContain('made-up');
  expect(text).toContain('gen_ai_request_model="other"');
});
