import { expect, it } from '@jest/globals';
import { route, tableOf, target } from '../routing/test/routing-of.js';
import { TargetStates } from './target-states.js';

const [one, two] = [target('one'), target('two')];

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
