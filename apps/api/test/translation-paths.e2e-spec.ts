import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from '#testing';

const model = 'claude-opus-4-8';
const chatPath = '/v1/chat/completions';
const responsesPath = '/v1/responses';
const hi = { role: 'user', content: 'hi' };
const parameters = { type: 'object', properties: {} };
const openSchema = { type: 'object', properties: { a: { type: 'string' } } };

let product: Product;

function call(id: string) {
  return { id, type: 'function', function: { name: 'f', arguments: '{}' } };
}

/** The error of a request that is refused before any upstream is asked. */
async function refusal(
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<{ param: string | null; message: string }> {
  const response = await product.postJson(path, { model, ...body }, headers);
  const { error } = (await response.json()) as { error: { param: string | null; message: string } };
  expect({ status: response.status, error }).toMatchObject({ status: 400 });
  expect(product.simulator.requests).toHaveLength(0);
  return error;
}

/** What `x-proxy-strict` says of a loss, and where. */
async function loss(path: string, body: object): Promise<string> {
  const { param, message } = await refusal(path, body, { 'x-proxy-strict': 'true' });
  expect(message.replaceAll(/\.(\d+)/g, '[$1]')).toContain(`${param}: `);
  return message;
}

describe('behind the product stands a Chat server whose model sees no images: a Responses client', () => {
  beforeAll(async () => {
    product = await Product.start({
      env: (url) => ({
        ANTHROPIC_API_KEY: '',
        OPENAI_COMPATIBLE_BASE_URL: `${url}/v1`,
        OPENAI_COMPATIBLE_API_KEY: 'simulator-key',
        OPENAI_COMPATIBLE_MODEL: 'gpt-3.5-turbo',
      }),
    });
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());

  it('reads where in its input an image is that nobody can see', async () => {
    const image = { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' };
    const error = await refusal(responsesPath, {
      instructions: 'Be brief.',
      input: [
        hi,
        { role: 'assistant', content: 'Well,' },
        { role: 'assistant', content: 'what?' },
        { role: 'user', content: [{ type: 'input_text', text: 'This:' }, image] },
      ],
    });
    expect(error.param).toBe('input[3].content[1]');
    expect(error.message).toMatch(/^input\.3\.content\.1: Could not process image/);
  });

  it('reads which of its calls has no result', async () => {
    const error = await refusal(responsesPath, {
      input: [
        hi,
        { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
        { type: 'function_call', call_id: 'b', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'a', output: 'one' },
      ],
    });
    expect(error.param).toBe('input[2]');
    expect(error.message).toMatch(/^input\.2: .* were found without `tool_result` blocks immediately after: b\. /);
  });

  it.each([
    [{ reasoning: { effort: 'high' } }, 'reasoning.effort: effort_dropped'],
    [{ max_output_tokens: 99_999 }, 'max_output_tokens: max_tokens_clamped'],
    [{ max_output_tokens: 0 }, 'max_output_tokens: cache_warm_up_skipped'],
    [
      { text: { format: { type: 'json_schema', name: 'n', schema: openSchema } } },
      'text.format: output_format_dropped',
    ],
  ])('reads the name of the option that is lost: %j', async (options, expected) => {
    expect(await loss(responsesPath, { input: 'hi', ...options })).toContain(expected);
  });
});

describe('behind the product stands OpenAI’s Responses: a Chat client with tools', () => {
  beforeAll(async () => {
    product = await Product.start({
      env: (url) => ({
        ANTHROPIC_API_KEY: '',
        OPENAI_API_KEY: 'simulator-key',
        OPENAI_BASE_URL: `${url}/v1`,
        OPENAI_MODEL: 'o3',
      }),
    });
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());

  const tool = { type: 'function', function: { name: 'f', parameters: openSchema, strict: true } };

  it('reads which of its calls has no result', async () => {
    const error = await refusal(chatPath, {
      messages: [
        { role: 'system', content: 'Be brief.' },
        hi,
        { role: 'assistant', content: 'Well,' },
        { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] },
        { role: 'tool', tool_call_id: 'a', content: 'one' },
      ],
      tools: [tool],
    });
    expect(error.param).toBe('messages[3].tool_calls[1]');
    expect(error.message).toMatch(/^messages\.3\.tool_calls\.1: .* immediately after: b\. /);
  });

  it.each([
    [{ tools: [tool] }, 'tools.0.function.strict: strict_dropped'],
    [{ reasoning_effort: 'xhigh' }, 'reasoning_effort: effort_clamped'],
    [{ max_completion_tokens: 999_999 }, 'max_completion_tokens: max_tokens_clamped'],
    [{ parallel_tool_calls: false }, 'parallel_tool_calls: disable_parallel_tool_use_dropped'],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: openSchema } } },
      'response_format.json_schema: output_format_not_strict',
    ],
  ])('reads the name of what is lost: %j', async (options, expected) => {
    const tools = [{ type: 'function', function: { name: 'f', parameters } }];
    expect(await loss(chatPath, { messages: [hi], tools, ...options })).toContain(expected);
  });

  it('reads where its schema should be', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters } }];
    const format = { type: 'json_schema', json_schema: { name: 'n' } };
    const error = await refusal(chatPath, { messages: [hi], tools, response_format: format });
    expect(error.param).toBe('response_format.json_schema.schema');
  });
});
