import { describe, expect, it } from '@jest/globals';
import type { RecordedRequest } from '#providers/simulator';
import { audit, type AuditedRequest } from './audit.js';
import type { AttemptRow, LedgerRow, OperationRow } from './usage-ledger.js';

const told = { input: 100, output: 20, cacheRead: 5, cacheWrite: 7, thinking: 2 };

const row: LedgerRow = {
  outcome: 'ended',
  status: 200,
  error_code: null,
  input_tokens: 100,
  output_tokens: 20,
  cache_read_tokens: 5,
  cache_creation_5m_tokens: 3,
  cache_creation_1h_tokens: 4,
  thinking_tokens: 2,
};

function call(more: Partial<RecordedRequest> = {}): RecordedRequest {
  return {
    method: 'POST',
    path: '/v1/messages',
    headers: {},
    rawHeaders: [],
    body: Buffer.alloc(0),
    json: undefined,
    receivedAt: new Date(0),
    eventsSent: 0,
    status: 200,
    usageTold: told,
    outcome: 'ended',
    ...more,
  };
}

const operation: OperationRow = { ...row, id: 'req_1', correlation_id: 'chaos-request-1.', attempts: 1 };
const attempt: AttemptRow = { ...row, operation_id: 'req_1', number: 1 };

function differencesOf(more: Partial<AuditedRequest>): readonly string[] {
  return audit({ number: 1, calls: [call()], operations: [operation], attempts: [attempt], ...more }).differences;
}

describe('the audit', () => {
  it('has nothing to say where rows and oracle agree', () => {
    expect(differencesOf({})).toEqual([]);
    expect(differencesOf({ calls: [], operations: [], attempts: [] })).toEqual([]);
  });

  it('misses a row', () => {
    expect(differencesOf({ operations: [], attempts: [] })).toEqual(['request 1: 1 calls, and no operation row']);
    expect(differencesOf({ attempts: [] })).toEqual([
      'request 1: 1 attempts, and 0 rows',
      'request 1: 0 attempt rows for 1 calls',
    ]);
  });

  it('notices what is counted twice', () => {
    expect(differencesOf({ operations: [operation, operation] })).toEqual(['request 1: 2 operation rows']);
    expect(differencesOf({ calls: [call(), call()] })).toEqual(['request 1: 1 attempt rows for 2 calls']);
  });

  it('compares tokens one by one where the answer has ended', () => {
    expect(differencesOf({ calls: [call({ usageTold: { ...told, cacheWrite: 8 } })] })).toEqual([
      expect.stringContaining('7 cacheWrite, 2 thinking, and the upstream has told'),
    ]);
    expect(differencesOf({ operations: [{ ...operation, output_tokens: 21 }] })).toEqual([
      expect.stringContaining('the operation has 100 input, 21 output'),
    ]);
  });

  it('takes rows without tokens for those of an answer that told none', () => {
    const none = Object.fromEntries(
      Object.keys(row).flatMap((name) => (name.endsWith('_tokens') ? [[name, null]] : [])),
    );
    const silent = { operations: [{ ...operation, ...none }], attempts: [{ ...attempt, ...none }] };
    const nothing = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, thinking: 0 };
    expect(differencesOf({ ...silent, calls: [call({ usageTold: nothing })] })).toEqual([]);
    expect(differencesOf(silent)).toEqual([expect.stringContaining('the upstream has told 100 input')]);
  });

  it('lets an answer that broke have less than was told, never more', () => {
    const failed = { outcome: 'failed' as const, error_code: 'upstream_failed' };
    const broken = { operations: [{ ...operation, ...failed }], attempts: [{ ...attempt, ...failed }] };
    const more = { ...told, output: 300 };
    expect(differencesOf({ ...broken, calls: [call({ outcome: 'failed', usageTold: more })] })).toEqual([]);
    expect(
      differencesOf({ ...broken, calls: [call({ outcome: 'failed', usageTold: { ...told, input: 1 } })] }),
    ).toEqual([expect.stringContaining('more than the 1 input')]);
    expect(differencesOf(broken)).toEqual([expect.stringContaining("the upstream's answer has ended well")]);
  });

  it('lets who leaves while the connection is made leave an attempt that never arrived', () => {
    const gone = { ...attempt, outcome: 'aborted' as const, status: null };
    const left = { calls: [], operations: [{ ...operation, outcome: 'aborted' as const }], attempts: [gone] };
    expect(audit({ number: 1, ...left })).toEqual({ differences: [], neverArrived: 1 });
    expect(differencesOf({ ...left, attempts: [{ ...gone, outcome: 'failed' }] })).toEqual([
      'request 1: 1 attempt rows for 0 calls',
    ]);
  });
});
