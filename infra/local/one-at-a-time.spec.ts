import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { oneAtATime } from './one-at-a-time.js';

it('begins each call when the one before has ended, also by an error', async () => {
  const seen: string[] = [];
  const work = oneAtATime(async (name: string) => {
    seen.push(`${name} begins`);
    await nextTurn();
    seen.push(`${name} ends`);
    if (name === 'first') throw new Error('failed');
    return name;
  });

  const results = await Promise.allSettled([work('first'), work('second'), work('third')]);

  expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(seen).toEqual(['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});
