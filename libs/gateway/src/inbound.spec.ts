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

describe('a number that JavaScript cannot hold', () => {
  it.each(['chat', 'messages'] as const)('is the same in a tool’s schema: %s', (dialect) => {
    const schema = '{"type":"object","properties":{"id":{"maximum":12345678901234567890}}}';
    const tool =
      dialect === 'chat'
        ? `{"type":"function","function":{"name":"f","parameters":${schema}}}`
        : `{"name":"f","input_schema":${schema}}`;
    expect(JSON.stringify(toolOf(dialect, tool))).toContain('"maximum":12345678901234567890');
  });

  it('stays a number where it is reckoned with', () => {
    const body = Buffer.from(`{${question},"temperature":0.70000000000000000001,"top_p":0.30000000000000004}`);
    const request = {
      id: 'r',
      dialect: 'chat',
      operation: 'generate',
      body,
      headers: {},
      query: '',
      durable: false,
    } as const;
    expect(readInbound(request).canonical().request).toMatchObject({ temperature: 0.7, top_p: 0.30000000000000004 });
  });
});
