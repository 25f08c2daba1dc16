import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';

import type { MessagesRequest } from '../messages/messages.js';
import { unsupportedParameter } from '../openai/unsupported-parameter.js';
import { isObject, type JsonObject, objectIn, objectsIn, stringIn } from '../json-object.js';
import { fromChatResponse } from './from-response.js';
import { ChatStreamReader } from './from-stream.js';
import { accumulated, contextOf, readBytes, upstreamOf } from './test/chat-upstream.js';
import { toChatRequest } from './to-request.js';

/** A folder of recorded exchanges with an `INDEX.json`; the project's own tests do not need it. */
const folder = process.env['CONFORMANCE_FIXTURES'];

function recordings(kind: string, api: string): string[] {
  if (folder === undefined) return [];
  const entries = objectsIn(jsonOf(join(folder, 'INDEX.json')), 'entries');
  return entries
    .filter((entry) => entry['kind'] === kind && entry['api'] === api)
    .map((entry) => join(folder, stringIn(entry, 'file')));
}

function jsonOf(file: string): JsonObject {
  const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return isObject(json) ? json : {};
}

/** The stream's bytes as they came, or as the recorder's list of events says. */
function bytesOf(file: string): Uint8Array {
  if (file.endsWith('.sse')) return readFileSync(file);
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const data = lines.map((line) => {
    const event: unknown = JSON.parse(line);
    return isObject(event) && typeof event['Data'] === 'string' ? event['Data'] : line;
  });
  return new TextEncoder().encode(data.map((one) => `data: ${one}\n\n`).join(''));
}

/** What OpenAI's own SDK makes of the stream. */
async function openaiAnswer(bytes: Uint8Array): Promise<OpenAI.Chat.ChatCompletion> {
  const client = new OpenAI({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async () => new Response(Buffer.from(bytes), { headers: { 'content-type': 'text/event-stream' } }),
  });
  return client.chat.completions.stream({ model: 'any', messages: [] }).finalChatCompletion();
}

const streams = recordings('upstream-stream', 'openai.chat');
const requests = recordings('request', 'anthropic.messages');
const refusals = recordings('upstream-json', 'openai.chat');
const exchanges = recordings('pair', 'openai.chat');
const whenRecorded = folder === undefined ? describe.skip : describe;

whenRecorded('recorded Chat exchanges', () => {
  it.each(streams)('%s says the same to both SDKs', async (file) => {
    const bytes = bytesOf(file);
    const expected = await openaiAnswer(bytes);
    const sevens = Array.from({ length: Math.ceil(bytes.length / 7) }, () => 7);
    const message = await accumulated(readBytes(bytes, new ChatStreamReader(contextOf()), sevens));
    const said = expected.choices[0]?.message;
    const calls = said?.tool_calls ?? [];
    expect(message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')).toBe(
      said?.content ?? '',
    );
    expect(message.content.filter(({ type }) => type === 'tool_use')).toMatchObject(
      calls.map((one) =>
        one.type === 'function'
          ? { id: one.id, name: one.function.name, input: JSON.parse(one.function.arguments) as unknown }
          : {},
      ),
    );
    expect(message.stop_reason).toBe(calls.length > 0 ? 'tool_use' : 'end_turn');
    expect(message.usage.output_tokens).toBe(expected.usage?.completion_tokens);
    expect(message.usage.input_tokens + (message.usage.cache_read_input_tokens ?? 0)).toBe(
      expected.usage?.prompt_tokens,
    );
  });

  it.each(exchanges)('%s is read whole', (file) => {
    const { response } = jsonOf(file);
    const { message, warnings } = fromChatResponse(isObject(response) ? response['json'] : undefined, contextOf());
    expect(message.content).toMatchObject([{ type: 'text', text: expect.stringContaining('Hi there!') }]);
    expect(message.usage).toMatchObject({
      input_tokens: 8,
      output_tokens: 271,
      output_tokens_details: { thinking_tokens: 192 },
    });
    expect(warnings).toEqual([]);
  });

  it.each(refusals)('%s names the parameter', (file) => {
    expect(unsupportedParameter(readFileSync(file, 'utf8'))).toEqual({ param: 'max_tokens' });
  });

  it.each(requests)('%s is translated without a word lost', (file) => {
    const request = objectIn(jsonOf(file), 'body') as unknown as MessagesRequest;
    const { body, warnings, context } = toChatRequest(request, upstreamOf('some-model'));
    expect(warnings.map(({ code }) => code)).toEqual(['effort_dropped']);
    expect(JSON.stringify(body)).not.toMatch(/billing-header|DeferredToolPlaceholder|defer_loading|cache_control/);
    expect(body.tools).toHaveLength((request.tools?.length ?? 0) - 1);
    expect(context).toMatchObject({ model: 'my-gpt-model', thinking: 'omitted', contextManagement: true });
  });
});
