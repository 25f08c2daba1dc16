import { expect, it } from '@jest/globals';
import { parseExactAnswer } from './read-body.js';

it('an answer keeps every digit of a tool’s input, and counts stay numbers', () => {
  const text = '{"content":[{"type":"tool_use","input":{"id":12345678901234567890}}],"usage":{"output_tokens":1e2}}';
  const answer = parseExactAnswer(Buffer.from(text));
  expect(JSON.stringify(answer.content)).toContain('{"id":12345678901234567890}');
  expect(answer.usage).toEqual({ output_tokens: 100 });
});
