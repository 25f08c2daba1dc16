import { expect, it } from '@jest/globals';
import { answerObjects } from './answer-objects.js';

it('reads a list of objects, and an absent one as empty', () => {
  const list = [{ a: 1 }, {}];
  expect(answerObjects({ list }, 'list')).toEqual(list);
  expect([answerObjects({}, 'list'), answerObjects({ list: null }, 'list')]).toEqual([[], []]);
});

it.each(['text', 5, {}, [null], [{ a: 1 }, 'text'], [[]]])('refuses %j, of which something would be lost', (list) => {
  expect(() => answerObjects({ list }, 'list')).toThrow(expect.objectContaining({ code: 'upstream_invalid_answer' }));
});
