import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI, { APIError } from 'openai';
import { startSimulator, type Simulator } from './simulator.js';

let simulator: Simulator;
let client: OpenAI;

beforeAll(async () => {
  simulator = await startSimulator();
  client = new OpenAI({ apiKey: 'sk-test', baseURL: `${simulator.url}/v1`, maxRetries: 0 });
});
afterEach(() => simulator.reset());
afterAll(() => simulator.close());

type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming;

function ask(input: Body['input'], more: Partial<Body> = {}): Body {
  return { model: 'gpt-5.5', input, ...more };
}

const weather: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  strict: false,
};

async function failureOf(promise: PromiseLike<unknown>): Promise<APIError> {
  const error: unknown = await promise.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof APIError)) throw new Error(`no APIError but ${String(error)}`);
  return error;
}

async function eventsOf(input: string, more: object = {}) {
  const events: OpenAI.Responses.ResponseStreamEvent[] = [];
  const stream = await client.responses.create({ ...ask(input), ...more, stream: true });
  for await (const event of stream) events.push(event);
  return events;
}

describe('the simulated Responses API', () => {
  it('repeats the prompt when nothing else is asked of it', async () => {
    const response = await client.responses.create(ask('Hello there'));

    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      output_text: 'Hello there',
      model: 'gpt-5.5',
    });
    expect(response.output).toMatchObject([{ type: 'message', phase: 'final_answer', status: 'completed' }]);
    expect(response.usage).toMatchObject({ input_tokens: 3, output_tokens: 3, total_tokens: 6 });
  });

  it('streams every step of a message, numbered, with an event line each', async () => {
    const events = await eventsOf('hi');

    expect(events.map((event) => event.type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    const raw = await fetch(`${simulator.url}/v1/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify({ ...ask('hi'), stream: true }),
    });
    expect(await raw.text()).toMatch(
      /^event: response\.created\ndata: \{"type":"response\.created","sequence_number":0,/,
    );
  });

  it('streams what the SDK accumulates to the whole response', async () => {
    const prompt =
      '[[sim: thinking="a b" text="one two" tool=get_weather input={"city":"Rome"} tool=get_weather interleave usage=1:2:3:4:1]]';
    const more = {
      tools: [weather],
      include: ['reasoning.encrypted_content' as const],
      reasoning: { summary: 'auto' as const },
    };
    const streamed = await client.responses.stream({ model: 'gpt-5.5', input: prompt, ...more }).finalResponse();
    const whole = await client.responses.create({ ...ask(prompt), ...more });

    expect(streamed.output).toMatchObject([
      {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'a b' }],
        encrypted_content: expect.stringMatching(/^gAAAAA/),
      },
      { type: 'message', phase: 'commentary', content: [{ type: 'output_text', text: 'one two' }] },
      { type: 'function_call', name: 'get_weather', arguments: '{"city":"Rome"}', status: 'completed' },
      { type: 'function_call', name: 'get_weather', arguments: '{}' },
    ]);
    expect(whole.output.map((item) => item.type)).toEqual(streamed.output.map((item) => item.type));
    expect(streamed.usage).toMatchObject({
      input_tokens: 8,
      input_tokens_details: { cached_tokens: 3, cache_write_tokens: 4 },
      output_tokens_details: { reasoning_tokens: 1 },
    });
  });

  it('begins items empty and ends them whole', async () => {
    const events = await eventsOf('[[sim: text=hi tool=get_weather input={"city":"Rome"}]]', { tools: [weather] });
    const items = events.flatMap((event) => ('item' in event ? [event.item] : []));

    expect(items).toMatchObject([
      { type: 'message', status: 'in_progress', content: [] },
      { type: 'message', status: 'completed', content: [{ text: 'hi' }] },
      { type: 'function_call', status: 'in_progress', arguments: '' },
      { type: 'function_call', status: 'completed', arguments: '{"city":"Rome"}' },
    ]);
  });

  it('hides reasoning that was not asked for', async () => {
    const response = await client.responses.create(ask('[[sim: thinking="secret"]] hi'));

    expect(response.output[0]).toMatchObject({ type: 'reasoning', summary: [] });
    expect(response.output[0]).not.toHaveProperty('encrypted_content');
  });

  it.each([
    ['max_tokens', 'incomplete', { reason: 'max_output_tokens' }],
    ['content_filter', 'incomplete', { reason: 'content_filter' }],
    ['failed', 'failed', null],
    ['refusal', 'completed', null],
  ])('ends with stop=%s as status %s', async (stop, status, incomplete) => {
    const response = await client.responses.create(ask(`[[sim: stop=${stop} text=no]]`));
    expect(response).toMatchObject({ status, incomplete_details: incomplete });

    const last = (await eventsOf(`[[sim: stop=${stop} text=no]]`)).at(-1);
    expect(last?.type).toBe(`response.${status}`);
  });

  it('sends an error event and the failed response behind it', async () => {
    const response = await fetch(`${simulator.url}/v1/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify({ ...ask('[[sim: error=3:rate_limit_exceeded words=9]]'), stream: true }),
    });
    const events = (await response.text())
      .split('\n\n')
      .filter(Boolean)
      .map((event) => JSON.parse(event.split('\ndata: ')[1] ?? '') as object);

    expect(events).toHaveLength(5);
    expect(events[3]).toMatchObject({ type: 'error', sequence_number: 3, error: { code: 'rate_limit_exceeded' } });
    expect(events[4]).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'rate_limit_exceeded' } },
    });
    expect((events[4] as { response: object }).response).toHaveProperty(
      'id',
      (events[0] as { response: { id: string } }).response.id,
    );
  });

  it.each<[object, object]>([
    [{ max_output_tokens: 15 }, { code: 'integer_below_min_value', param: 'max_output_tokens' }],
    [{ messages: [] }, { code: 'unsupported_parameter', param: 'messages' }],
    [{ stop: ['x'] }, { code: 'unknown_parameter', param: 'stop' }],
    [{ temperature: 0.5 }, { code: 'unsupported_parameter', param: 'temperature' }],
    [{ reasoning: { effort: 'max' } }, { code: 'unsupported_value', param: 'reasoning.effort' }],
    [
      { tools: [{ ...weather, strict: undefined }] },
      { code: 'invalid_function_parameters', message: expect.stringContaining('additionalProperties') },
    ],
    [
      { input: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] },
      { code: 'invalid_value', param: 'input[0].content[0]' },
    ],
    [
      { input: [{ type: 'function_call_output', call_id: 'call_1', output: '' }] },
      { message: expect.stringContaining('No tool call found') },
    ],
    [
      { input: [{ type: 'function_call', call_id: 'call_1', name: 'a', arguments: '{}' }] },
      { message: 'No tool output found for function call call_1.' },
    ],
    [{ input: [reasoning({ encrypted_content: 'cpx1.e30' })] }, { code: 'invalid_encrypted_content' }],
    [{ store: false, input: [reasoning({})] }, { message: expect.stringContaining("Item with id 'rs_1' not found") }],
  ])('refuses %j as the vendor would', async (change, details) => {
    const error = await failureOf(client.responses.create({ ...ask('hi'), ...change }));

    expect(error.status).toBe(400);
    expect(error.error).toMatchObject(details);
  });

  it('takes back its own reasoning beside calls and their outputs', async () => {
    const first = await client.responses.create({
      ...ask('[[sim: thinking="a" tool=get_weather]]'),
      tools: [weather],
      include: ['reasoning.encrypted_content'],
    });
    const outputs = first.output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ type: 'function_call_output' as const, call_id: item.call_id, output: 'sunny' }]
        : [],
    );
    const second = await client.responses.create(
      ask(
        [
          { role: 'user', content: '[[sim: tool=get_weather]]' },
          ...(first.output as OpenAI.Responses.ResponseInput),
          ...outputs,
        ],
        {
          store: false,
        },
      ),
    );

    expect(second.output_text).toBe('sunny');
  });

  it('counts input tokens', async () => {
    const counted = await client.responses.inputTokens.count({ model: 'gpt-5.5', input: '12345678' });

    expect(counted).toMatchObject({ object: 'response.input_tokens', input_tokens: 2 });
  });

  it('is served by Azure on both paths', async () => {
    for (const path of ['/openai/v1/responses', '/openai/responses?api-version=2025-04-01-preview']) {
      const response = await fetch(simulator.url + path, {
        method: 'POST',
        headers: { 'api-key': 'k' },
        body: JSON.stringify(ask('hi')),
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ status: 'completed', content_filters: null });
    }
  });
});

function reasoning(more: object) {
  return { type: 'reasoning', id: 'rs_1', summary: [], ...more };
}
