import { expect, it } from '@jest/globals';
import { route, tableOf, target } from '../routing/test/routing-of.js';
import { TargetStates } from './target-states.js';

const [one, two] = [target('one'), target('two')];

it.each([
  { baseUrl: 'http://localhost:1' },
  { maxConcurrent: 5 },
  { queue: { max: 1, waitMs: 1 } },
  { queue: { max: 2, waitMs: 2 } },
])('knows a target anew that a reload has changed in what its state is made of: %j', (change) => {
  const before = target('one', { queue: { max: 1, waitMs: 2 } });
  const states = new TargetStates(tableOf([before], [route({ targets: [{ target: 'one' }] })]));
  const known = states.of(before);
  expect(states.of({ ...before, model: 'claude-opus-5-5' })).toBe(known);
  expect(states.of({ ...before, ...change })).not.toBe(known);
});

it('tells of a target no more when a reload has removed it, though a call of it is still under way', async () => {
  const table = tableOf([one, two], [route({ targets: [{ target: 'one' }, { target: 'two' }] })]);
  const states = new TargetStates(table);
  const [kept, left] = [states.of(one), states.of(two)];
  const release = await left.slots.acquire(new AbortController().signal);
  table.replace({ ...table.routing, targets: [one], routes: [route({ targets: [{ target: 'one' }] })] });
  expect(states.report().map(({ name }) => name)).toEqual(['one']);
  expect(states.of(one)).toBe(kept);
  // A request that was routed before the reload tries it last.
  expect(states.of(two)).not.toBe(left);
  expect(states.report().map(({ name }) => name)).toEqual(['one']);
  release();
  expect(left.slots.inUse).toBe(0);
});
