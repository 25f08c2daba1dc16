import { describe, expect, it } from '@jest/globals';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { MessagesRequest } from '#wire';
import { estimateInputTokens } from './token-estimate.js';

const prose =
  'The quick brown fox jumps over the lazy dog, and Victor jagt zwölf Boxkämpfer quer über den großen Sylter Deich. ';

async function estimate(content: unknown, more: object = {}): Promise<number> {
  const request = { model: 'm', max_tokens: 1, messages: [{ role: 'user', content }], ...more };
  return estimateInputTokens(request as unknown as MessagesRequest);
}

describe('an estimate of input tokens', () => {
  it('of a greeting is a handful, with nothing added on every call', async () => {
    expect(await estimate('hi')).toBeLessThan(10);
  });

  it('counts what is said, wherever it is said', async () => {
    const text = prose.repeat(50);
    const exact = countTokens(text);
    const block = { type: 'text', text };
    for (const [content, more] of [
      [text, {}],
      [[block], {}],
      ['', { system: [block] }],
      [[{ type: 'tool_result', tool_use_id: 't', content: [block] }], {}],
      [[{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: text } }], {}],
      ['', { tools: [{ name: 'f', description: text, input_schema: { type: 'object' } }] }],
    ] as const) {
      const tokens = await estimate(content, more);
      expect(tokens / exact).toBeGreaterThan(0.9);
      expect(tokens / exact).toBeLessThan(1.1);
    }
  });

  it.each(['文', ' ', '='])('of a hundred thousand times %j does not take for ever', async (character) => {
    const tokens = await estimate(character.repeat(100_000));
    expect(tokens).toBeGreaterThan(0);
    expect(tokens).toBeLessThanOrEqual(100_010);
  });

  it('takes the marks of OpenAI’s models for words', async () => {
    expect(await estimate('what is <|endoftext|> for?')).toBeGreaterThan(5);
  });

  it('of a prompt that is too long to be read whole is as good', async () => {
    const text = prose.repeat(10_000);
    const exact = countTokens(prose) * 10_000;
    expect(Math.abs((await estimate(text)) / exact - 1)).toBeLessThan(0.1);
  });

  it('takes a picture or a page for what it costs, and not for the length of its base64', async () => {
    const data = 'iVBORw0KGgo'.repeat(100_000);
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data } };
    const tokens = await estimate([image, pdf]);
    expect(tokens).toBeGreaterThan(1000);
    expect(tokens).toBeLessThan(10_000);
  });
});
