import { describe, expect, it } from '@jest/globals';
import { GatewayError, type Usage } from '#wire';
import { listPrices } from './account/list-prices.js';
import { Prices } from './account/prices.js';
import type { InferenceRequest } from './inference-request.js';
import { Operation } from './operation.js';
import type { OperationRecord } from './operation-record.js';
import type { Target } from './router.js';

const prices = new Prices([listPrices]);
const target = {
  config: { name: 'main', provider: 'anthropic', baseUrl: 'http://localhost' },
  provider: { id: 'anthropic' },
  model: { model: 'claude-opus-5' },
} as Target;
const usage = { input_tokens: 1000, output_tokens: 100 } as Usage;
const report = { usage, stopReason: undefined, model: 'claude-opus-5' };
const overloaded = new GatewayError('overloaded', 'Overloaded');

function opened(changes: Partial<InferenceRequest> = {}): { operation: Operation; settled: OperationRecord[] } {
  const settled: OperationRecord[] = [];
  const request: InferenceRequest = {
    id: 'req_1',
    dialect: 'messages',
    operation: 'generate',
    body: Buffer.alloc(0),
    headers: {},
    query: '',
    durable: false,
    ...changes,
  };
  const operation = new Operation(request, { keyId: 'key_1', ownedKeyIds: ['key_1'] }, prices, (record) =>
    settled.push(record),
  );
  return { operation, settled };
}

/** Of an operation whose client left after its only attempt had come so far. */
function costOfLeaving(status: number | undefined, outcome: 'aborted' | 'failed'): number | null | undefined {
  const { operation, settled } = opened();
  const close = operation.attempt(target);
  if (status !== undefined) operation.responded(status, {});
  close(outcome, overloaded);
  operation.finish('aborted', undefined, overloaded);
  return settled[0]?.costMicroUsd;
}

describe('Operation', () => {
  it('is settled once, with the answer’s end as the end of the call that answered', () => {
    const { operation, settled } = opened();
    const first = operation.attempt(target);
    operation.responded(529, {});
    first('failed', overloaded);
    // An inner failure that is thrown on closes the same attempt again.
    first('aborted');
    const second = operation.attempt(target);
    operation.responded(200, {});
    second('ended');
    operation.answering();
    operation.finish('aborted', report);
    operation.finish('ended', report);

    expect(settled).toHaveLength(1);
    expect(settled[0]).toMatchObject({ outcome: 'aborted', status: 200, usage, costMicroUsd: 7500 });
    expect(settled[0]?.attempts).toMatchObject([
      { number: 1, outcome: 'failed', status: 529, errorCode: 'overloaded', usage: undefined },
      { number: 2, outcome: 'aborted', status: 200, errorCode: undefined, usage },
    ]);
  });

  it('tells the upstream called last, and of its answer alone the upstream’s id', () => {
    const { operation } = opened();
    expect(operation.provenance).toEqual({});
    operation.attempt(target)('failed', overloaded);
    operation.attempt(target);
    operation.responded(529, { 'x-request-id': 'req_of_main' });
    expect(operation.provenance).toEqual({
      'x-proxy-upstream': 'main',
      'x-proxy-attempts': '2',
      'x-upstream-request-id': 'req_of_main',
    });
    operation.attempt({ ...target, config: { ...target.config, name: 'other' } });
    expect(operation.provenance).toEqual({ 'x-proxy-upstream': 'other', 'x-proxy-attempts': '3' });
  });

  it('has the status that the client was given: the upstream’s own, ours, or 200 once the answer had begun', () => {
    const relay = { status: 422, contentType: 'application/json', body: Buffer.alloc(0) };
    const refused = opened();
    refused.operation.finish('failed', undefined, new GatewayError('invalid_request', 'no', { relay }));
    const failed = opened();
    failed.operation.finish('failed', undefined, overloaded);
    const broken = opened();
    broken.operation.answering();
    broken.operation.finish('failed', report, overloaded);
    const job = opened({ durable: true });
    job.operation.answering();
    job.operation.finish('failed', report, overloaded);
    const surprise = opened();
    surprise.operation.finish('failed', undefined, new Error('bug'));
    expect([refused, failed, broken, job, surprise].map(({ settled }) => settled[0]?.status)).toEqual([
      422, 529, 200, 529, 500,
    ]);
  });

  it('costs nothing without an answer, and an unknown sum where an answer told no tokens', () => {
    const silent = { usage: undefined, stopReason: undefined, model: undefined };
    const cases = [opened(), opened(), opened({ operation: 'count_tokens' })];
    cases[0]?.operation.finish('failed', undefined, overloaded);
    cases[1]?.operation.finish('ended', silent);
    cases[2]?.operation.finish('ended', silent);
    expect(cases.map(({ settled }) => settled[0]?.costMicroUsd)).toEqual([0, null, 0]);
  });

  it.each(['ended', 'failed', 'aborted'] as const)(
    'costs an unknown sum where an answer began, told no tokens and has %s',
    (outcome) => {
      const { operation, settled } = opened();
      const close = operation.attempt(target);
      operation.responded(200, {});
      close('ended');
      operation.answering();
      operation.finish(outcome, { usage: undefined, stopReason: undefined, model: undefined });
      expect(settled[0]?.costMicroUsd).toBeNull();
    },
  );

  it('costs an unknown sum where a client left an upstream at work, and nothing where that had not begun or refused', () => {
    expect(costOfLeaving(200, 'aborted')).toBeNull();
    expect(costOfLeaving(undefined, 'aborted')).toBe(0);
    expect(costOfLeaving(429, 'aborted')).toBe(0);
    expect(costOfLeaving(200, 'failed')).toBe(0);
  });
});
