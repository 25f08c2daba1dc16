import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI, { APIError, AzureOpenAI } from 'openai';
import { startSimulator, type Simulator } from './simulator.js';

let simulator: Simulator;
let client: OpenAI;

beforeAll(async () => {
  simulator = await startSimulator();
  client = new OpenAI({ apiKey: 'sk-test', baseURL: `${simulator.url}/v1`, maxRetries: 0 });
});
afterEach(() => simulator.reset());
afterAll(() => simulator.close());

type ChatBody = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming;

function ask(content: string, more: Partial<ChatBody> = {}): ChatBody {
  return { model: 'gpt-4o', messages: [{ role: 'user', content }], ...more };
}

const weather: OpenAI.Chat.Completions.ChatCompletionTool = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};

async function failureOf(promise: PromiseLike<unknown>): Promise<APIError> {
  const error: unknown = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof APIError)) throw new Error(`no APIError but ${String(error)}`);
  return error;
}

async function chunksOf(url: string, body: object, headers: Record<string, string> = { authorization: 'Bearer k' }) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const events = (await response.text()).split('\n\n').filter(Boolean);
  return events.map((event) => event.replace(/^data: /, ''));
}

describe('the simulated Chat Completions API', () => {
  it('repeats the prompt when nothing else is asked of it', async () => {
    const completion = await client.chat.completions.create(ask('Hello there'));

    expect(completion.choices).toMatchObject([
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello there', refusal: null } },
    ]);
    expect(completion.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 });
    expect(completion.id).toMatch(/^chatcmpl-/);
  });

  it('counts cached tokens inside the prompt, as OpenAI does', async () => {
    const completion = await client.chat.completions.create(ask('[[sim: usage=10:20:30:40:5]] x'));

    expect(completion.usage).toMatchObject({
      prompt_tokens: 80,
      completion_tokens: 20,
      prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 40 },
      completion_tokens_details: { reasoning_tokens: 5 },
    });
  });

  it('streams parallel calls, alternating when asked to', async () => {
    const input = '{"city":"Llanfairpwllgwyngyll"}';
    const prompt = `[[sim: tool=get_weather input=${input} tool=get_weather input={} interleave]] go`;
    const runner = client.chat.completions.stream({ ...ask(prompt), stream: true, tools: [weather] });
    const indexes: number[] = [];
    runner.on('chunk', (chunk) => {
      for (const call of chunk.choices[0]?.delta.tool_calls ?? []) indexes.push(call.index);
    });
    const completion = await runner.finalChatCompletion();

    expect(completion.choices[0]?.finish_reason).toBe('tool_calls');
    expect(completion.choices[0]?.message.tool_calls).toMatchObject([
      { type: 'function', function: { name: 'get_weather', arguments: input } },
      { type: 'function', function: { name: 'get_weather', arguments: '{}' } },
    ]);
    expect(indexes.slice(0, 4)).toEqual([0, 1, 0, 1]);
  });

  it('tells usage in a last chunk without choices, and only when asked', async () => {
    const url = `${simulator.url}/v1/chat/completions`;
    const plain = await chunksOf(url, { ...ask('hi'), stream: true });
    expect(plain.at(-1)).toBe('[DONE]');
    expect(plain.join('')).not.toContain('usage');

    const told = await chunksOf(url, { ...ask('hi'), stream: true, stream_options: { include_usage: true } });
    expect(JSON.parse(told.at(-2) ?? '')).toMatchObject({ choices: [], usage: { prompt_tokens: 1 } });
    expect(JSON.parse(told[0] ?? '')).toMatchObject({
      usage: null,
      choices: [{ delta: { role: 'assistant', content: '' } }],
    });
  });

  it('carries the reasoning of compatible servers', async () => {
    const completion = await client.chat.completions.create({
      ...ask('[[sim: thinking="hm"]] hi'),
      model: 'deepseek-chat',
    });

    expect(completion.choices[0]?.message).toMatchObject({ reasoning_content: 'hm', content: 'hi' });
  });

  it.each([
    ['max_tokens', 'length'],
    ['refusal', 'stop'],
    ['content_filter', 'content_filter'],
    ['strange', 'strange'],
  ])('ends with stop=%s as finish_reason %s', async (stop, finishReason) => {
    const completion = await client.chat.completions.create(ask(`[[sim: stop=${stop} text="well"]]`));

    expect(completion.choices[0]?.finish_reason).toBe(finishReason);
    expect(completion.choices[0]?.message.refusal).toBe(stop === 'refusal' ? 'well' : null);
  });

  it('ends a call that was forced by name with stop', async () => {
    const forced = { type: 'function', function: { name: 'get_weather' } } as const;
    const completion = await client.chat.completions.create(
      ask('[[sim: tool]]', { tools: [weather], tool_choice: forced }),
    );

    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.choices[0]?.message.tool_calls).toHaveLength(1);
  });

  it.each([
    [400, 'invalid_request_error', null],
    [401, 'invalid_request_error', 'invalid_api_key'],
    [404, 'invalid_request_error', 'model_not_found'],
    [429, 'requests', 'rate_limit_exceeded'],
    [500, 'server_error', null],
    [503, 'server_error', 'server_is_overloaded'],
  ])('fails with status %i in the shape of the vendor', async (status, type, code) => {
    const error = await failureOf(client.chat.completions.create(ask(`[[sim: status=${status} retry-after=2]]`)));

    expect(error).toMatchObject({ status, type, code });
    expect(error.headers?.get('retry-after')).toBe('2');
    expect(error.requestID).toMatch(/^req_/);
  });

  it('knows what belongs to a code', async () => {
    const broke = await failureOf(client.chat.completions.create(ask('[[sim: status=429 code=insufficient_quota]]')));
    expect(broke).toMatchObject({ status: 429, type: 'insufficient_quota', code: 'insufficient_quota' });

    const long = await failureOf(client.chat.completions.create(ask('[[sim: window=1]] longer than one token')));
    expect(long).toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'messages' });
  });

  it('puts an error into a stream that began well', async () => {
    const stream = await client.chat.completions.create({ ...ask('[[sim: error=2 words=9]]'), stream: true });
    const consume = async () => {
      for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk');
    };

    expect(await failureOf(consume())).toMatchObject({ type: 'server_error' });
  });

  it.each<[object, object]>([
    [
      { model: 'gpt-5', max_tokens: 9 },
      { code: 'unsupported_parameter', param: 'max_tokens' },
    ],
    [
      { model: 'gpt-5', temperature: 0.2 },
      { code: 'unsupported_value', param: 'temperature' },
    ],
    [
      { model: 'gpt-5', reasoning_effort: 'max' },
      { code: 'unsupported_value', message: expect.stringContaining("Supported values are: 'minimal'") },
    ],
    [
      { model: 'gpt-5.5', tools: [weather] },
      { message: expect.stringContaining('use /v1/responses or set reasoning_effort') },
    ],
    [
      { max_completion_tokens: 20_000 },
      { code: 'invalid_value', message: expect.stringContaining('supports at most 16384') },
    ],
    [{ top_k: 3 }, { code: 'unknown_parameter', param: 'top_k' }],
    [{ messages: [] }, { code: 'empty_array' }],
    [{ tool_choice: 'auto' }, { message: expect.stringContaining("only allowed when 'tools' are specified") }],
    [{ metadata: { a: 'b' } }, { param: 'metadata' }],
    [
      { tools: [{ type: 'function', function: { name: 'a', parameters: { type: 'object' } } }] },
      { code: 'invalid_function_parameters', message: expect.stringContaining('missing properties') },
    ],
    [{ tools: [{ type: 'function', function: { name: 'a'.repeat(65) } }] }, { code: 'string_above_max_length' }],
    [
      { messages: [{ role: 'user', content: [{ type: 'image', source: {} }] }] },
      { param: 'messages[0].content[0].type' },
    ],
    [{ messages: [{ role: 'tool', tool_call_id: 'call_1', content: '' }] }, { param: 'messages.[0].role' }],
    [
      { messages: [calling('call_1'), { role: 'user', content: 'x' }] },
      { message: expect.stringContaining('did not have response messages: call_1') },
    ],
    [
      { messages: [calling('call_1'), { role: 'tool', tool_call_id: 'call_2', content: 'x' }] },
      { message: expect.stringContaining("'call_2' not found") },
    ],
    [
      { response_format: { type: 'json_schema', json_schema: { schema: {} } } },
      { param: 'response_format.json_schema.name' },
    ],
  ])('refuses %j as the vendor would', async (change, details) => {
    const error = await failureOf(client.chat.completions.create({ ...ask('hi'), ...change }));

    expect(error.status).toBe(400);
    expect(error.error).toMatchObject(details);
  });

  it('accepts tool results in any order right behind their calls', async () => {
    const completion = await client.chat.completions.create({
      model: 'gpt-5.5',
      reasoning_effort: 'none',
      tools: [weather],
      messages: [{ role: 'user', content: 'go' }, calling('call_1', 'call_2'), resultOf('call_2'), resultOf('call_1')],
    });

    expect(completion.choices[0]?.message.content).toBe('result of call_2\nresult of call_1');
  });

  it('asks for a bearer key', async () => {
    const invalid = new OpenAI({ apiKey: 'invalid-key', baseURL: `${simulator.url}/v1`, maxRetries: 0 });
    expect(await failureOf(invalid.chat.completions.create(ask('hi')))).toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    });

    const chunks = await chunksOf(`${simulator.url}/v1/chat/completions`, ask('hi'), { 'api-key': 'k' });
    expect(chunks[0]).toContain("You didn't provide an API key");
  });

  it('lists models', async () => {
    const models: string[] = [];
    for await (const model of client.models.list()) models.push(model.id);

    expect(models).toContain('gpt-5');
  });
});

function azure(): AzureOpenAI {
  return new AzureOpenAI({ endpoint: simulator.url, apiKey: 'k', apiVersion: '2025-04-01-preview', maxRetries: 0 });
}

describe('simulated Azure OpenAI', () => {
  it('serves the classic path by deployment', async () => {
    const completion = await azure().chat.completions.create(ask('hi', { model: 'my-deployment' }));

    expect(completion).toMatchObject({ model: 'my-deployment', prompt_filter_results: [{ prompt_index: 0 }] });
    expect(simulator.requests[0]?.path).toBe(
      '/openai/deployments/my-deployment/chat/completions?api-version=2025-04-01-preview',
    );
    expect(simulator.requests[0]?.headers['api-key']).toBe('k');
  });

  it('begins a stream with its odd chunk of filter results', async () => {
    const url = `${simulator.url}/openai/v1/chat/completions`;
    const chunks = await chunksOf(url, { ...ask('hi'), stream: true }, { 'api-key': 'k' });

    expect(JSON.parse(chunks[0] ?? '')).toMatchObject({
      choices: [],
      id: '',
      model: '',
      object: '',
      prompt_filter_results: [{}],
    });
    expect(JSON.parse(chunks[1] ?? '')).toMatchObject({ model: 'gpt-4o', choices: [{ content_filter_results: {} }] });
    const runner = await azure().chat.completions.create({ ...ask('a b c'), stream: true });
    let text = '';
    for await (const chunk of runner) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('a b c');
  });

  it('fails in its own words', async () => {
    const missing = await failureOf(azure().chat.completions.create(ask('hi', { model: 'does-not-exist' })));
    expect(missing).toMatchObject({ status: 404, code: 'DeploymentNotFound' });

    const filtered = await failureOf(azure().chat.completions.create(ask('[[sim: status=400 code=content_filter]]')));
    expect(filtered.error).toMatchObject({
      code: 'content_filter',
      innererror: { code: 'ResponsibleAIPolicyViolation' },
    });

    const url = `${simulator.url}/openai/v1/chat/completions`;
    const [denied = ''] = await chunksOf(url, ask('hi'), { 'api-key': 'invalid-key' });
    expect(JSON.parse(denied)).toEqual({ error: { code: '401', message: expect.stringContaining('Access denied') } });
    const [lost = ''] = await chunksOf(`${simulator.url}/openai/deployments/d/chat/completions`, ask('hi'), {
      'api-key': 'k',
    });
    expect(JSON.parse(lost)).toEqual({ error: { code: '404', message: 'Resource not found' } });
  });
});

function calling(...ids: string[]): OpenAI.Chat.Completions.ChatCompletionAssistantMessageParam {
  const called = { name: 'get_weather', arguments: '{}' };
  return {
    role: 'assistant',
    content: null,
    tool_calls: ids.map((id) => ({ id, type: 'function', function: called })),
  };
}

function resultOf(id: string): OpenAI.Chat.Completions.ChatCompletionToolMessageParam {
  return { role: 'tool', tool_call_id: id, content: `result of ${id}` };
}
