import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import OpenAI from 'openai';
import { GatewayError } from '../gateway-error.js';
import { eventsFromMessage } from '../messages/events-from-message.js';
import { sampleMessage, textBlock } from '../messages/sample-messages.fixture.js';
import { modelRefusal } from '../openai/model-refusal.js';
import { SseDecoder } from '../sse/sse-decoder.js';
import { fetchOfStream } from '../sse/sse-response.fixture.js';
import { formatCompletionsResponse } from './format-response.js';
import { CompletionsStreamFormatter } from './format-stream.js';
import { parseCompletionsRequest } from './parse-request.js';

function parse(members: Record<string, unknown>) {
  return parseCompletionsRequest({ model: 'm', prompt: 'Once', ...members });
}

describe('parseCompletionsRequest', () => {
  it('makes the prompt a user turn of sixteen tokens', () => {
    expect(parse({})).toEqual({
      request: { model: 'm', max_tokens: 16, messages: [{ role: 'user', content: 'Once' }] },
      warnings: [],
      echo: { model: 'm', includeUsage: false, prefix: '' },
    });
    expect(parse({ prompt: ['Once'], max_tokens: 5, stop: '.', best_of: 3 })).toMatchObject({
      request: { max_tokens: 5, stop_sequences: ['.'] },
      warnings: [{ code: 'best_of_dropped', path: 'best_of' }],
    });
  });

  it.each([
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: [1, 2] }, 'prompt'],
    [{ prompt: undefined }, 'prompt'],
    [{ prompt: '' }, 'prompt'],
    [{ suffix: 'x' }, 'suffix'],
    [{ n: 2 }, 'n'],
  ])('refuses %j with a path', (members, path) => {
    expect(() => parse(members)).toThrow(expect.objectContaining({ context: expect.objectContaining({ path }) }));
  });

  it('throws nothing but a refusal', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.record({ model: fc.string(), prompt: fc.jsonValue(), stop: fc.jsonValue() })),
        (json) => {
          try {
            parseCompletionsRequest(json);
          } catch (error) {
            expect(error).toBeInstanceOf(GatewayError);
          }
        },
      ),
    );
  });
});

describe('a legacy completion', () => {
  const message = sampleMessage([textBlock(' upon'), textBlock(' a time')], { stop_reason: 'max_tokens' });

  it('is one text with its usage', () => {
    const { echo } = parse({ echo: true });
    expect(formatCompletionsResponse(message, echo)).toMatchObject({
      id: 'cmpl-01abc',
      object: 'text_completion',
      model: 'm',
      choices: [{ text: 'Once upon a time', index: 0, logprobs: null, finish_reason: 'length' }],
      usage: { prompt_tokens: 115, completion_tokens: 20 },
    });
  });

  it('says why it was refused, beside the text, plain and streamed', () => {
    const details = { type: 'refusal' as const, category: null, explanation: 'Not this.' };
    const refused = sampleMessage([textBlock('Part')], { stop_reason: 'refusal', stop_details: details });
    const own = sampleMessage([modelRefusal(textBlock('I cannot.'))], {
      stop_reason: 'refusal',
      stop_details: modelRefusal(details),
    });
    const { echo } = parse({});
    for (const [answer, refusal] of [
      [refused, 'Not this.'],
      [own, undefined],
    ] as const) {
      const formatter = new CompletionsStreamFormatter(echo);
      const sse = [...eventsFromMessage(answer)].map((event) => formatter.write(event)).join('');
      const last = new SseDecoder().push(Buffer.from(sse)).at(-1);
      for (const { choices } of [formatCompletionsResponse(answer, echo), JSON.parse(last?.data ?? '')]) {
        const { finish_reason: reason, refusal: said } = choices[0];
        expect([reason, said]).toEqual(['content_filter', refusal]);
      }
    }
  });

  it('streams the same through the OpenAI SDK', async () => {
    const { echo } = parse({ echo: true, stream_options: { include_usage: true } });
    const formatter = new CompletionsStreamFormatter(echo);
    const sse = [...eventsFromMessage(message)].map((event) => formatter.write(event)).join('') + formatter.end();
    const client = new OpenAI({ apiKey: 'k', fetch: fetchOfStream(sse) });
    const chunks: OpenAI.Completions.Completion[] = [];
    const stream = await client.completions.create({ model: 'm', prompt: 'Once', stream: true });
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.text ?? '').join('')).toBe('Once upon a time');
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('length');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 135 } });
  });
});
