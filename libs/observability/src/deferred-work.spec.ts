import { describe, expect, it } from '@jest/globals';
import type { Logger } from 'pino';
import { DeferredWork } from './deferred-work.js';
import { MetricRegistry } from './metrics/metric-registry.js';
import { requestContext, RequestContext } from './request-context.js';

function deferredWork(): { deferred: DeferredWork; registry: MetricRegistry; errors: unknown[] } {
  const registry = new MetricRegistry();
  const errors: unknown[] = [];
  const logger = { error: (fields: unknown) => void errors.push(fields) } as unknown as Logger;
  return { deferred: new DeferredWork(logger, registry), registry, errors };
}

describe('DeferredWork', () => {
  it('does a few at once, in their order, and the last ones a little later', async () => {
    const { deferred } = deferredWork();
    const done: number[] = [];
    const { promise: last, resolve } = Promise.withResolvers<void>();
    for (let number = 0; number < 16; number += 1) deferred.add('an-id', () => void done.push(number));
    expect(done).toEqual([]);
    await new Promise((soon) => setImmediate(soon));
    expect(done).toEqual(Array.from({ length: 16 }, (_, number) => number));
    deferred.add('an-id', resolve);
    // The timer alone would not keep the process.
    const kept = setInterval(() => undefined, 1000);
    await last;
    clearInterval(kept);
  });

  it('is done with before metrics are read', async () => {
    const { deferred, registry } = deferredWork();
    const count = registry.counter('things_total', 'Things').of();
    deferred.add('an-id', () => count.add());
    expect(await registry.text()).toContain('things_total 1\n');
  });

  it('runs in the context of no request', () => {
    const { deferred } = deferredWork();
    let found: unknown = 'nothing';
    deferred.add('an-id', () => {
      found = requestContext.getStore();
    });
    requestContext.run(new RequestContext('an-id', 'req_1'), () => deferred.flush());
    expect(found).toBeUndefined();
  });

  it('says what failed, and does the rest', () => {
    const { deferred, errors } = deferredWork();
    const failure = new Error('no room');
    let done = false;
    deferred.add('an-id', () => {
      throw failure;
    });
    deferred.add('another', () => {
      done = true;
    });
    deferred.flush();
    expect({ done, errors }).toEqual({ done: true, errors: [{ correlationId: 'an-id', error: failure }] });
  });
});
