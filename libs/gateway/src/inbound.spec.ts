import { describe, expect, it } from '@jest/globals';
import type { Dialect } from '#wire';
import { readInbound } from './inbound.js';

const question = '"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]';

function toolOf(dialect: Dialect, tool: string): unknown {
  return inboundOf(dialect, `{${question},"tools":[${tool}]}`).canonical().request.tools?.[0];
}

function inboundOf(dialect: Dialect, body: string, durable = false) {
  return readInbound({
    id: 'r',
    dialect,
    operation: 'generate',
    body: Buffer.from(body),
    headers: {},
    query: '',
    durable,
  });
}

function naming(length: number) {
  return inboundOf('chat', `{"model":"${'m'.repeat(length)}","messages":[]}`);
}

function nested(levels: number) {
  return inboundOf('chat', `{${question},"x":${'['.repeat(levels)}${']'.repeat(levels)}}`);
}

/** Whether the client’s request is taken for a stream, and whether the canonical one asks for one. */
function streams(dialect: Dialect, durable: boolean) {
  const inbound = inboundOf(dialect, `{${question},"stream":true}`, durable);
  return [inbound.stream, inbound.canonical().request.stream];
}

describe('a request', () => {
  it('may name a model in 256 characters', () => {
    expect(naming(256).model).toHaveLength(256);
    expect(() => naming(257)).toThrow('model: String should have at most 256 characters');
  });

  it('that is durable streams only in Messages, whose answer can be put together again', () => {
    expect(streams('messages', true)).toEqual([true, true]);
    expect(streams('chat', true)).toEqual([false, false]);
    expect(streams('chat', false)).toEqual([true, true]);
  });

  it('is translated up to a depth that can be walked by recursion', () => {
    expect(nested(600).canonical().warnings).toContainEqual({ code: 'unknown_field_dropped', path: 'x' });
    expect(() => nested(601).canonical()).toThrow('x: Input is nested too deeply');
    expect(nested(601).json).toHaveProperty('x');
  });
});

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
    const inbound = inboundOf('chat', `{${question},"temperature":0.70000000000000000001,"top_p":0.30000000000000004}`);
    expect(inbound.canonical().request).toMatchObject({ temperature: 0.7, top_p: 0.30000000000000004 });
  });
});
