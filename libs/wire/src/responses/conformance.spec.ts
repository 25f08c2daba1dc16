import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';

import { GatewayError } from '../gateway-error.js';
import type { MessagesRequest } from '../messages/messages.js';
import { capabilitiesFor } from '../openai/capabilities.js';
import { isObject, objectsIn, stringIn } from '../json-object.js';
import { accumulated, contextOf, type Payload, readBytes, sseBytes } from './test/responses-upstream.js';
import { toResponsesRequest } from './to-request.js';

/** A folder of recorded exchanges with an `INDEX.json`; the project's own tests do not need it. */
const folder = process.env['CONFORMANCE_FIXTURES'];

function recordings(kind: string, api: string): string[] {
  if (folder === undefined) return [];
  const index: unknown = JSON.parse(readFileSync(join(folder, 'INDEX.json'), 'utf8'));
  const entries = isObject(index) ? objectsIn(index, 'entries') : [];
  return entries
    .filter((entry) => entry['kind'] === kind && entry['api'] === api)
    .map((entry) => join(folder, stringIn(entry, 'file')));
}

function isPayload(value: unknown): value is Payload {
  return isObject(value) && typeof value['type'] === 'string';
}

function payloadsOf(file: string): Payload[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line): unknown => JSON.parse(line)).filter(isPayload);
}

/** What OpenAI's own SDK makes of the stream; an error where it throws one. */
async function openaiAnswer(bytes: Uint8Array): Promise<OpenAI.Responses.Response | Error> {
  const client = new OpenAI({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async () => new Response(Buffer.from(bytes), { headers: { 'content-type': 'text/event-stream' } }),
  });
  try {
    return await client.responses.stream({ model: 'any', input: 'any' }).finalResponse();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

const streams = recordings('upstream-stream', 'openai.responses');
const requests = recordings('request', 'anthropic.messages');
const whenRecorded = streams.length > 0 ? describe : describe.skip;

whenRecorded('recorded streams', () => {
  it.each(streams)('%s says the same to both SDKs', async (file) => {
    const bytes = sseBytes(payloadsOf(file));
    const expected = await openaiAnswer(bytes);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) => bytes.subarray(at * 7, at * 7 + 7));
    if (expected instanceof Error || expected.status === 'failed') {
      expect(() => readBytes(chunks)).toThrow(GatewayError);
      return;
    }
    const message = await accumulated(readBytes(chunks));
    const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    expect(text).toBe(expected.output_text);
    expect(message.content.filter(({ type }) => type === 'tool_use')).toMatchObject(
      expected.output
        .filter((item) => item.type === 'function_call')
        .map((item) => ({ id: item.call_id, name: item.name, input: JSON.parse(item.arguments) })),
    );
    expect(message.usage.output_tokens).toBe(expected.usage?.output_tokens);
    const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens } = message.usage;
    expect(input_tokens + (cache_read_input_tokens ?? 0) + (cache_creation_input_tokens ?? 0)).toBe(
      expected.usage?.input_tokens,
    );
    expect(message.stop_reason).toBe(
      expected.output.some(({ type }) => type === 'function_call') ? 'tool_use' : 'end_turn',
    );
  });

  it('are read with any context', () => {
    for (const file of streams) {
      for (const thinking of ['hidden', 'omitted', 'shown'] as const) {
        try {
          readBytes([sseBytes(payloadsOf(file))], contextOf({ thinking, stopSequences: ['\n\n'] }));
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
        }
      }
    }
  });
});

(requests.length > 0 ? describe : describe.skip)('recorded requests', () => {
  it.each(requests)('%s can be asked of every kind of model', (file) => {
    const recorded: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const body = isObject(recorded) && isObject(recorded['body']) ? recorded['body'] : recorded;
    for (const model of ['gpt-5.6', 'gpt-5', 'gpt-4.1', 'some-model']) {
      const upstream = { provider: 'openai', model, capabilities: capabilitiesFor(model) };
      const translated = toResponsesRequest(body as MessagesRequest, upstream);
      expect(translated.body.store).toBe(false);
      expect(JSON.stringify(translated.body)).not.toContain('x-anthropic-billing-header');
    }
  });
});
