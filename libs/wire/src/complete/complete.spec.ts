import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { formatError } from '../error-body.js';
import { GatewayError } from '../gateway-error.js';
import { eventsFromMessage } from '../messages/events-from-message.js';
import { sampleMessage, textBlock } from '../messages/sample-messages.fixture.js';
import { SseDecoder } from '../sse/sse-decoder.js';
import { formatCompleteResponse, type LegacyCompletion } from './format-response.js';
import { CompleteStreamFormatter } from './format-stream.js';
import { parseCompleteRequest } from './parse-request.js';

function parse(members: Record<string, unknown>) {
  return parseCompleteRequest({
    model: 'm',
    max_tokens_to_sample: 9,
    prompt: '\n\nHuman: hi\n\nAssistant:',
    ...members,
  });
}

describe('parseCompleteRequest', () => {
  it('splits the prompt into turns', () => {
    expect(parse({}).request).toEqual({
      model: 'm',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'hi' }],
      stop_sequences: ['\n\nHuman:'],
    });
    expect(parse({ prompt: 'Human: hi\n\nAssistant:' }).request.messages).toEqual([{ role: 'user', content: 'hi' }]);
    const prompt = 'Be brief.\n\nHuman: a\n\nb\n\nAssistant: c\n\nHuman: d\n\nAssistant: It is';
    expect(parse({ prompt, stop_sequences: ['END'], temperature: 0.5 }).request).toMatchObject({
      system: 'Be brief.',
      messages: [
        { role: 'user', content: 'a\n\nb' },
        { role: 'assistant', content: 'c' },
        { role: 'user', content: 'd' },
        { role: 'assistant', content: 'It is' },
      ],
      stop_sequences: ['END', '\n\nHuman:'],
      temperature: 0.5,
    });
  });

  it.each([
    [{ prompt: 'hi' }, 'prompt'],
    [{ prompt: '\n\nHuman: hi' }, 'prompt'],
    [{ prompt: '\n\nAssistant: hi\n\nHuman: x\n\nAssistant:' }, 'prompt'],
    [{ prompt: '\n\nHuman:\n\nAssistant:' }, 'prompt'],
    [{ max_tokens_to_sample: 0 }, 'max_tokens_to_sample'],
    [{ stop_sequences: 'x' }, 'stop_sequences'],
  ])('refuses %j with a path', (members, path) => {
    expect(() => parse(members)).toThrow(expect.objectContaining({ context: expect.objectContaining({ path }) }));
  });

  it('throws nothing but a refusal', () => {
    const prompt = fc.array(fc.constantFrom('\n\nHuman:', '\n\nAssistant:', ' a', '\n')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.record({ model: fc.string(), max_tokens_to_sample: fc.nat(), prompt })),
        (json) => {
          try {
            parseCompleteRequest(json);
          } catch (error) {
            expect(error).toBeInstanceOf(GatewayError);
          }
        },
      ),
    );
  });
});

describe("an answer of Anthropic's legacy completions", () => {
  const echo = { model: 'm' };
  const message = sampleMessage([textBlock('Hello'), textBlock(' you')]);

  it('begins with a space, and has always been stopped by something', () => {
    expect(formatCompleteResponse(message, echo)).toEqual({
      type: 'completion',
      id: 'compl_01abc',
      completion: ' Hello you',
      stop_reason: 'stop_sequence',
      stop: '\n\nHuman:',
      model: 'm',
      log_id: 'compl_01abc',
    });
    expect(formatCompleteResponse({ ...message, stop_reason: 'max_tokens' }, echo)).toMatchObject({
      stop_reason: 'max_tokens',
      stop: null,
    });
  });

  it('says that it was refused, and why, plain and streamed', () => {
    const details = { type: 'refusal' as const, category: null, explanation: 'Not this.' };
    const refused = sampleMessage([textBlock('Part')], { stop_reason: 'refusal', stop_details: details });
    const ending = { stop_reason: 'refusal', stop: null, stop_details: details };
    expect(formatCompleteResponse(refused, echo)).toMatchObject({ completion: ' Part', ...ending });
    const formatter = new CompleteStreamFormatter(echo);
    const sse = [...eventsFromMessage(refused)].map((event) => formatter.write(event)).join('');
    const last = new SseDecoder().push(Buffer.from(sse)).at(-1);
    expect(JSON.parse(last?.data ?? '')).toMatchObject(ending);
  });

  it('streams the same in pieces', () => {
    const formatter = new CompleteStreamFormatter(echo);
    const sse = [...eventsFromMessage(message)].map((event) => formatter.write(event)).join('') + formatter.end();
    const events = new SseDecoder().push(Buffer.from(sse));
    expect(new Set(events.map((event) => event.event))).toEqual(new Set(['completion']));
    const pieces = events.map((event) => JSON.parse(event.data) as LegacyCompletion);
    expect(pieces.map((piece) => piece.completion).join('')).toBe(' Hello you');
    expect(pieces.at(-1)).toMatchObject({ stop_reason: 'stop_sequence', stop: '\n\nHuman:' });
    expect(pieces.slice(0, -1).every((piece) => piece.stop_reason === null)).toBe(true);
  });

  it("fails with Anthropic's error event", () => {
    const { body } = formatError('complete', new GatewayError('overloaded', 'Overloaded'), 'req_1');
    const [event] = new SseDecoder().push(Buffer.from(new CompleteStreamFormatter(echo).fail(body)));
    expect(event?.event).toBe('error');
    expect(JSON.parse(event?.data ?? '')).toMatchObject({
      type: 'error',
      error: { type: 'overloaded_error' },
      request_id: 'req_1',
    });
  });
});
