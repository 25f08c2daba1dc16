import { describe, expect, it } from '@jest/globals';
import type { Dialect } from '#wire';
import { readInbound } from './inbound.js';

const question = '"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]';

function toolOf(dialect: Dialect, tool: string): unknown {
  const body = Buffer.from(`{${question},"tools":[${tool}]}`);
  const request = { id: 'r', dialect, operation: 'generate', body, headers: {}, query: '', durable: false } as const;
  return readInbound(request).canonical().request.tools?.[0];
}

describe('a client’s tool', () => {
  it.each(['chat', 'messages'] as const)('keeps its names, whatever another %s client has sent', (dialect) => {
    const [before, behind] =
      dialect === 'chat'
        ? ['{"type":"function","function":{"name":"f","parameters":', '}}']
        : ['{"name":"f","input_schema":', '}'];
    const named = (name: string) =>
      `${before}{"type":"object","properties":{"city":{"type":"string"},"${name}":{"type":"integer"}}}${behind}`;
    toolOf(dialect, named(String.raw`\\`));
    expect(toolOf(dialect, named(String.raw`\u5e74`))).toMatchObject({
      input_schema: { properties: { 年: { type: 'integer' } } },
    });
  });
});
