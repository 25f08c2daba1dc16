import { expect, it } from '@jest/globals';
import { parseExactAnswer, readBody, readHead } from './read-body.js';

async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

it('a body is read whole up to its limit, and refused beyond it', async () => {
  expect((await readBody(chunksOf('abc', 'de'), 5)).toString()).toBe('abcde');
  await expect(readBody(chunksOf('abc', 'def'), 5)).rejects.toMatchObject({ code: 'upstream_invalid_answer' });
});

it('of a refusal no more is read than its limit, and no less', async () => {
  expect((await readHead(chunksOf('abc', 'def', 'ghi'), 5)).toString()).toBe('abcde');
  expect((await readHead(chunksOf('abc', 'de'), 5)).toString()).toBe('abcde');
  expect((await readHead(chunksOf('ab'), 5)).toString()).toBe('ab');
});

it('an answer keeps every digit of a tool’s input, and counts stay numbers', () => {
  const text = '{"content":[{"type":"tool_use","input":{"id":12345678901234567890}}],"usage":{"output_tokens":1e2}}';
  const answer = parseExactAnswer(Buffer.from(text));
  expect(JSON.stringify(answer.content)).toContain('{"id":12345678901234567890}');
  expect(answer.usage).toEqual({ output_tokens: 100 });
});
