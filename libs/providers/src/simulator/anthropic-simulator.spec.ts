import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from './simulator.js';

let simulator: Simulator;
let client: Anthropic;

beforeAll(async () => {
  simulator = await startSimulator();
  client = new Anthropic({ apiKey: 'sk-test', baseURL: simulator.url, maxRetries: 0 });
});
afterEach(() => simulator.reset());
afterAll(() => simulator.close());

function ask(content: string, more: Partial<Anthropic.Messages.MessageCreateParamsNonStreaming> = {}) {
  return { model: 'claude-opus-5-5', max_tokens: 1024, messages: [{ role: 'user' as const, content }], ...more };
}

const weather: Anthropic.Messages.Tool = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

async function failureOf(promise: PromiseLike<unknown>): Promise<APIError> {
  const error: unknown = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof APIError)) throw new Error(`no APIError but ${String(error)}`);
  return error;
}

describe('the simulated Messages API', () => {
  it('repeats the prompt when nothing else is asked of it', async () => {
    const message = await client.messages.create(ask('Hello there'));

    expect(message.content).toEqual([{ type: 'text', text: 'Hello there', citations: null }]);
    expect(message.stop_reason).toBe('end_turn');
    expect(message.usage).toMatchObject({ input_tokens: 3, output_tokens: 3, cache_read_input_tokens: 0 });
    expect(message.id).toMatch(/^msg_[A-Za-z0-9]{20,}$/);
  });

  it('streams what it would answer whole', async () => {
    const stream = client.messages.stream(ask('[[sim: text="one two three" usage=10:20:30:40:5 thinking="hm"]] x'));
    const types: string[] = [];
    stream.on('streamEvent', (event) => types.push(event.type));
    const message = await stream.finalMessage();

    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: 'one two three' },
    ]);
    expect(message.usage).toMatchObject({
      input_tokens: 10,
      output_tokens: 20,
      cache_read_input_tokens: 30,
      cache_creation_input_tokens: 40,
      output_tokens_details: { thinking_tokens: 5 },
    });
    expect(types.slice(0, 2)).toEqual(['message_start', 'content_block_start']);
    expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
    expect(simulator.counts.tokens).toEqual({ input: 10, output: 20, cacheRead: 30, cacheWrite: 40, thinking: 5 });
  });

  it('writes the grammar of the wire: an event line for every event, a ping after the start', async () => {
    const { text } = await post({ ...ask('hi'), stream: true });

    const lines = text.split('\n').filter((line) => line.startsWith('event: '));
    expect(lines).toEqual([
      'event: message_start',
      'event: ping',
      'event: content_block_start',
      'event: content_block_delta',
      'event: content_block_stop',
      'event: message_delta',
      'event: message_stop',
    ]);
  });

  it('calls tools in parallel, and answers plainly once their results are in', async () => {
    const prompt = '[[sim: tool=get_weather input={"city":"Rome"} tool=get_weather input={"city":"Oslo"}]] go';
    const first = await client.messages.stream({ ...ask(prompt), tools: [weather] }).finalMessage();
    const calls = first.content.filter((block) => block.type === 'tool_use');
    expect(calls.map((call) => call.input)).toEqual([{ city: 'Rome' }, { city: 'Oslo' }]);
    expect(first.stop_reason).toBe('tool_use');
    expect(new Set(calls.map((call) => call.id)).size).toBe(2);

    const second = await client.messages.create({
      ...ask(prompt),
      tools: [weather],
      messages: [
        { role: 'user', content: prompt },
        { role: 'assistant', content: calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })) },
        {
          role: 'user',
          content: calls.map((call) => ({ type: 'tool_result', tool_use_id: call.id, content: 'sunny' })),
        },
      ],
    });
    expect(second.content).toMatchObject([{ type: 'text', text: 'sunny\nsunny' }]);
  });

  it('writes no arguments for a call without any, and leaves thinking out that nobody wants to read', async () => {
    const thinking = { type: 'enabled', budget_tokens: 1024, display: 'omitted' } as const;
    const { text } = await post({
      ...ask('[[sim: tool=nothing input={} thinking="secret"]]', { max_tokens: 4096 }),
      thinking,
      stream: true,
    });

    expect(text.match(/"partial_json":"[^"]*"/g)).toEqual(['"partial_json":""']);
    expect(text).not.toContain('secret');
    expect(text).toMatch(/"signature_delta","signature":"EsIM[^"]+"/);
  });

  it('fills in arguments that fit the declared schema', async () => {
    const message = await client.messages.create({ ...ask('[[sim: tool]]'), tools: [weather] });

    expect(message.content).toMatchObject([{ type: 'tool_use', name: 'get_weather', input: { city: 'sample' } }]);
  });

  it('stops at max_tokens and at stop sequences', async () => {
    const short = await client.messages.create({ ...ask('[[sim: words=100]]'), max_tokens: 3 });
    expect(short).toMatchObject({ stop_reason: 'max_tokens', content: [{ text: 'the quick br' }] });

    const stopped = await client.messages.create({ ...ask('[[sim: text="a END b"]]'), stop_sequences: ['END'] });
    expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END', content: [{ text: 'a ' }] });

    const warm = await client.messages.create({ ...ask('hello'), max_tokens: 0 });
    expect(warm).toMatchObject({ stop_reason: 'max_tokens', content: [], usage: { output_tokens: 0 } });
  });

  it('refuses when told to, with the reason beside it', async () => {
    const message = await client.messages.create(ask('[[sim: stop=refusal]] no'));

    expect(message).toMatchObject({ stop_reason: 'refusal', stop_details: { type: 'refusal' } });
  });

  it('accepts any key in either header but the invalid one', async () => {
    expect((await post(ask('hi'), { 'x-api-key': 'k' })).status).toBe(200);
    expect((await post(ask('hi'), { authorization: 'Bearer k' })).status).toBe(200);
    expect((await post(ask('hi'), { 'x-api-key': 'invalid-key' })).json).toMatchObject({
      type: 'error',
      error: { type: 'authentication_error', message: 'invalid x-api-key' },
    });
    expect((await post(ask('hi'), {})).json).toMatchObject({ error: { message: 'x-api-key header is required' } });
  });

  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [408, 'timeout_error'],
    [413, 'request_too_large'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [502, 'api_error'],
    [503, 'api_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ])('fails with status %i in the shape of the vendor', async (status, type) => {
    const error = await failureOf(client.messages.create(ask(`[[sim: status=${status} retry-after=2]]`)));

    expect(error.status).toBe(status);
    expect(error.error).toMatchObject({ type: 'error', error: { type }, request_id: error.requestID });
    expect(error.headers?.get('retry-after')).toBe('2');
  });

  it('puts an error frame into a stream that began well', async () => {
    const stream = client.messages.stream(ask('[[sim: error=4:overloaded_error words=50]]'));
    const error = await failureOf(stream.finalMessage());

    expect(error.status).toBeUndefined();
    expect(error.error).toMatchObject({ error: { type: 'overloaded_error', message: 'Overloaded' } });
  });

  it.each([
    [{ max_tokens: undefined }, 'max_tokens: Field required'],
    [{ messages: [] }, 'messages: at least one message is required'],
    [{ max_completion_tokens: 5 }, 'max_completion_tokens: Extra inputs are not permitted'],
    [{ stop_sequences: [' '] }, 'stop_sequences: each stop sequence must contain non-whitespace'],
    [
      { messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] },
      'messages: text content blocks must be non-empty',
    ],
    [
      { messages: [{ role: 'tool', content: 'x' }] },
      "messages.0.role: Input should be 'user', 'assistant' or 'system'",
    ],
    [
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
      },
      /does not support assistant message prefill/,
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1' }] }] },
      /unexpected `tool_use_id`/,
    ],
    [
      { messages: conversation([{ type: 'tool_use', id: 'toolu_1', name: 'a', input: {} }]) },
      /without `tool_result` blocks immediately after: toolu_1/,
    ],
    [
      { messages: conversation([{ type: 'thinking', thinking: 'x', signature: 'cpx1.e30' }]) },
      /Invalid `signature` in `thinking` block/,
    ],
    [{ thinking: { type: 'enabled', budget_tokens: 10 } }, /greater than or equal to 1024/],
    [{ max_tokens: 200_000 }, /^max_tokens: 200000 > 128000, which is the maximum allowed number of output tokens for/],
    [
      { system: Array.from({ length: 5 }, cachedText) },
      'A maximum of 4 blocks with cache_control may be provided. Found 5.',
    ],
    [{ tools: [weather, weather] }, 'tools: Tool names must be unique.'],
    [
      { messages: [{ role: 'system', content: 'a' }, ...conversation('b')] },
      /'system' is not allowed as the first message/,
    ],
    [{ messages: [...calling('a'), ...calling('a')] }, /ids must be unique/],
    [{ tool_choice: { type: 'auto' } }, /only be specified while providing tools/],
  ])('refuses %j as the vendor would', async (change, message) => {
    const { status, json } = await post({ ...ask('hi'), ...change });

    expect(status).toBe(400);
    expect(json).toMatchObject({
      error: {
        type: 'invalid_request_error',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      },
    });
  });

  it('takes back its own thinking, and only unchanged', async () => {
    const first = await client.messages.create(ask('[[sim: thinking="deep thought"]] hi'));
    const replay = (content: unknown) => post({ ...ask('hi'), messages: conversation(content) });

    expect((await replay(first.content)).status).toBe(200);
    const changed = first.content.map((block) => (block.type === 'thinking' ? { ...block, thinking: 'other' } : block));
    expect((await replay(changed)).status).toBe(400);
  });

  it('takes back its own thinking without the text that it had left out', async () => {
    const thinking = { type: 'enabled', budget_tokens: 1024, display: 'omitted' } as const;
    const first = await client.messages.create(ask('[[sim: thinking=secret]] hi', { max_tokens: 4096, thinking }));
    expect(first.content[0]).toMatchObject({ type: 'thinking', thinking: '' });

    expect((await post({ ...ask('hi'), messages: conversation(first.content) })).status).toBe(200);
  });

  it('accepts a system message behind a user message, as the newest models do', async () => {
    const environment = { role: 'system', content: 'environment' };
    const { status, json } = await post({ ...ask('hi'), messages: [...ask('hi').messages, environment] });

    expect(status).toBe(200);
    expect(json).toMatchObject({ content: [{ text: 'hi' }] });
  });

  it('refuses sampling parameters under the newest version alone', async () => {
    const body = { ...ask('hi'), temperature: 1 };
    const key = { 'x-api-key': 'k' };

    expect((await post(body, { ...key, 'anthropic-version': '2023-06-01' })).status).toBe(200);
    expect((await post(body, { ...key, 'anthropic-version': '2026-10-21' })).json).toMatchObject({
      error: { message: 'temperature: Extra inputs are not permitted' },
    });
  });

  it('counts tokens and lists models', async () => {
    const { input_tokens } = await client.messages.countTokens({
      model: 'm',
      messages: [{ role: 'user', content: '12345678' }],
    });
    expect(input_tokens).toBe(2);

    const models: string[] = [];
    for await (const model of client.models.list()) models.push(model.id);
    expect(models).toContain('claude-opus-5-5');
    expect((await client.models.retrieve('claude-opus-5-5')).type).toBe('model');
    expect((await failureOf(client.models.retrieve('claude-0'))).status).toBe(404);
  });

  it('says that a prompt is too long for the window it is given', async () => {
    const error = await failureOf(client.messages.create(ask(`[[sim: window=2]] ${'x'.repeat(100)}`)));

    expect(error.message).toMatch(/prompt is too long: \d+ tokens > 2 maximum/);
  });
});

function cachedText() {
  return { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } };
}

function toolCall(id: string) {
  return [{ type: 'tool_use', id, name: 'get_weather', input: {} }];
}

/** A question, a call and its result. */
function calling(id: string) {
  const result = { type: 'tool_result', tool_use_id: id, content: 'sunny' };
  return [...conversation(toolCall(id)).slice(0, 2), { role: 'user', content: [result] }];
}

function conversation(assistant: unknown) {
  return [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: assistant },
    { role: 'user', content: 'b' },
  ];
}

async function post(body: unknown, headers: Record<string, string> = { 'x-api-key': 'k' }) {
  const response = await fetch(`${simulator.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, json: text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined };
}
