import Anthropic from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { Product, upstreamKinds } from '#testing';

const model = 'claude-opus-4-8';
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
// A signature as Anthropic mints them; no other upstream may ever see it.
const foreignSignature = 'EqQBCkYIARgCIkAxforeignforeignforeignforeign==';
const tools = ['read', 'shoot'].map((name) => ({ name, input_schema: { type: 'object' as const, properties: {} } }));

let product: Product;
let anthropic: Anthropic;
let openai: OpenAI;

function sent(index: number): Record<string, unknown> {
  return product.simulator.requests[index]?.json as Record<string, unknown>;
}

/** Messages, or the items of a Responses input. */
function listed(index: number): Record<string, unknown>[] {
  return (sent(index)['messages'] ?? sent(index)['input']) as Record<string, unknown>[];
}

describe.each(upstreamKinds)('behind the product stands $name:', (kind) => {
  beforeAll(async () => {
    product = await Product.start({ env: kind.env });
    anthropic = new Anthropic({ baseURL: product.url, apiKey: product.key, maxRetries: 0 });
    openai = new OpenAI({ baseURL: `${product.url}/v1`, apiKey: product.key, maxRetries: 0 });
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());

  it('tool results come back in any order, with images, failures and words beside them', async () => {
    product.simulator.script('text="It is blue."');
    const answer = await anthropic.messages.create({
      model,
      max_tokens: 512,
      tools,
      messages: [
        { role: 'user', content: 'Look.' },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Looking.' },
            { type: 'tool_use', id: 'toolu_A', name: 'shoot', input: {} },
            { type: 'tool_use', id: 'toolu_B', name: 'read', input: { path: 'x' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_B', is_error: true, content: 'ENOENT' },
            {
              type: 'tool_result',
              tool_use_id: 'toolu_A',
              content: [
                { type: 'text', text: 'the picture' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
              ],
            },
            { type: 'text', text: 'What colour?' },
          ],
        },
      ],
    });
    expect(answer.content).toEqual([{ type: 'text', text: 'It is blue.', citations: null }]);
    const body = product.simulator.requests[0]?.body.toString() ?? '';
    for (const word of ['Looking.', 'toolu_A', 'toolu_B', 'ENOENT', 'the picture', png, 'What colour?'])
      expect(body).toContain(word);
    if (kind.dialect === 'chat') {
      expect(listed(0).map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'user']);
      expect(listed(0)[2]).toMatchObject({ tool_call_id: 'toolu_B', content: expect.stringMatching(/^Error: ENOENT/) });
      expect(JSON.stringify(listed(0)[4])).toContain(`data:image/png;base64,${png}`);
    } else if (kind.dialect === 'responses') {
      expect(listed(0).slice(1, 6)).toMatchObject([
        { role: 'assistant' },
        { type: 'function_call', call_id: 'toolu_A', arguments: '{}' },
        { type: 'function_call', call_id: 'toolu_B', arguments: '{"path":"x"}' },
        { type: 'function_call_output', call_id: 'toolu_B', output: expect.stringMatching(/^Error: ENOENT/) },
        { type: 'function_call_output', call_id: 'toolu_A', output: [{ type: 'input_text' }, { type: 'input_image' }] },
      ]);
    }
  });

  it.each([false, true])(
    'thinking comes back to the upstream that thought it, by the Anthropic SDK (stream: %s)',
    async (stream) => {
      product.simulator.script(['thinking="Let me see." tool=read input={"path":"x"}', 'text=Done.']);
      const first: Anthropic.MessageCreateParamsNonStreaming = {
        model,
        max_tokens: 4096,
        thinking: { type: 'adaptive', display: 'summarized' },
        tools,
        messages: [{ role: 'user', content: 'Read x.' }],
      };
      const turn = async (params: Anthropic.MessageCreateParamsNonStreaming): Promise<Anthropic.Message> =>
        stream ? anthropic.messages.stream(params).finalMessage() : anthropic.messages.create(params);
      const { content } = await turn(first);
      const call = content.find((block) => block.type === 'tool_use');
      if (kind.dialect !== 'chat' || kind.model.startsWith('qwen')) {
        expect(content[0]).toMatchObject({
          type: 'thinking',
          thinking: 'Let me see.',
          signature: expect.stringMatching(/./),
        });
      }
      const second = await turn({
        ...first,
        messages: [
          ...first.messages,
          { role: 'assistant', content },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: 'x!' }] },
        ],
      });
      expect(second.content).toMatchObject([{ type: 'text', text: 'Done.' }]);
      if (kind.dialect === 'responses') {
        expect(listed(1).map(({ type, role }) => type ?? role)).toEqual([
          'message',
          'reasoning',
          'function_call',
          'function_call_output',
        ]);
        expect(listed(1)[1]).toMatchObject({
          encrypted_content: expect.stringMatching(/^gAAAAA/),
          summary: [{ text: 'Let me see.' }],
        });
      } else if (kind.dialect === 'messages') {
        expect(listed(1)[1]).toMatchObject({
          content: [{ type: 'thinking', thinking: 'Let me see.' }, { type: 'tool_use' }],
        });
      }
      expect(product.simulator.requests[1]?.body.toString()).not.toContain('cpx1.');
    },
  );

  it('a hidden thought comes back as well where the upstream has a place for it', async () => {
    product.simulator.script(['thinking="Let me see." tool=read input={"path":"x"}', 'text=Done.']);
    const params = {
      model,
      max_tokens: 4096,
      tools,
      thinking: { type: 'adaptive' as const, display: 'omitted' as const },
    };
    const { content } = await anthropic.messages
      .stream({ ...params, messages: [{ role: 'user', content: 'Read x.' }] })
      .finalMessage();
    const call = content.find((block) => block.type === 'tool_use');
    if (kind.dialect !== 'chat') expect(content[0]).toMatchObject({ type: 'thinking', thinking: '' });
    await anthropic.messages.create({
      ...params,
      messages: [
        { role: 'user', content: 'Read x.' },
        { role: 'assistant', content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: 'x!' }] },
      ],
    });
    if (kind.dialect === 'responses') {
      expect(listed(1)[1]).toMatchObject({ type: 'reasoning', encrypted_content: expect.stringMatching(/^gAAAAA/) });
    } else if (kind.dialect === 'messages') {
      expect(listed(1)[1]).toMatchObject({ content: [{ type: 'thinking', thinking: '' }, { type: 'tool_use' }] });
    } else {
      expect(listed(1)[1]).toMatchObject({ role: 'assistant', tool_calls: [{ function: { name: 'read' } }] });
      // Chat Completions has no place for it, and not every compatible server takes one back.
      expect(listed(1)[1]).not.toHaveProperty('reasoning_content');
    }
    expect(product.simulator.requests[1]?.body.toString()).not.toContain('cpx1.');
  });

  it.each([false, true])(
    'thinking comes back by the OpenAI SDK, whose items hold what the upstream needs (stream: %s)',
    async (stream) => {
      const params = {
        model,
        store: false,
        include: ['reasoning.encrypted_content' as const],
        reasoning: { effort: 'high' as const, summary: 'auto' as const },
        tools: [
          { type: 'function' as const, name: 'read', parameters: { type: 'object', properties: {} }, strict: false },
        ],
      };
      const asked: OpenAI.Responses.ResponseInputItem = {
        role: 'user',
        content: 'Read x. [[sim: thinking="Let me see." tool=read input={"path":"x"}]] [[sim: text=Done.]]',
      };
      const first = stream
        ? await openai.responses.stream({ ...params, input: [asked] }).finalResponse()
        : await openai.responses.create({ ...params, input: [asked] });
      const [call] = first.output.flatMap((item) => (item.type === 'function_call' ? [item] : []));
      expect(call).toMatchObject({ name: 'read', arguments: expect.stringMatching(/"path"/) });
      const second = await openai.responses.create({
        ...params,
        input: [
          asked,
          ...(first.output as OpenAI.Responses.ResponseInputItem[]),
          { type: 'function_call_output', call_id: call?.call_id ?? '', output: 'x!' },
        ],
      });
      expect(second.output_text).toBe('Done.');
      if (kind.dialect === 'responses') {
        const answered = product.simulator.requests.filter(({ status }) => status === 200);
        expect(answered).toHaveLength(2);
        expect(listed(1).filter(({ type }) => type === 'reasoning')).toMatchObject([
          { encrypted_content: expect.stringMatching(/^gAAAAA/) },
        ]);
      } else if (kind.dialect === 'messages') {
        expect(listed(1)[1]).toMatchObject({
          content: [
            { type: 'thinking', thinking: 'Let me see.', signature: expect.stringMatching(/^EsIM/) },
            { type: 'tool_use' },
          ],
        });
      }
      expect(product.simulator.requests.map(({ body }) => body.toString()).join('')).not.toContain('cpx1.');
    },
  );

  it('a signature of Claude’s goes to Claude alone, and words and calls around it stay', async () => {
    product.simulator.script('text=ok');
    await anthropic.messages.create({
      model,
      max_tokens: 4096,
      tools,
      messages: [
        { role: 'user', content: 'Read x.' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'A thought of Claude.', signature: foreignSignature },
            { type: 'redacted_thinking', data: 'EmwKAhgBEgyRedacted' },
            { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x!' }] },
      ],
    });
    const body = product.simulator.requests[0]?.body.toString() ?? '';
    const words = [foreignSignature, 'EmwKAhgBEgyRedacted', 'A thought of Claude'];
    expect(words.filter((word) => body.includes(word))).toEqual(kind.dialect === 'messages' ? words : []);
    expect(body).toContain('toolu_1');
  });

  it('structured output is asked for and arrives', async () => {
    const schema = {
      type: 'object',
      properties: { title: { type: 'string' } },
      required: ['title'],
      additionalProperties: false,
    };
    product.simulator.script({ text: '{"title":"T"}' });
    const byAnthropic = await anthropic.messages.create({
      model,
      max_tokens: 512,
      output_config: { format: { type: 'json_schema', schema } },
      messages: [{ role: 'user', content: 'Name it.' }],
    });
    expect(byAnthropic.content).toMatchObject([{ type: 'text', text: '{"title":"T"}' }]);
    product.simulator.script({ text: '{"title":"T"}' });
    const byOpenai = await openai.chat.completions.create({
      model,
      response_format: { type: 'json_schema', json_schema: { name: 'it', schema, strict: true } },
      messages: [{ role: 'user', content: 'Name it.' }],
    });
    expect(byOpenai.choices[0]?.message.content).toBe('{"title":"T"}');
    for (const index of [0, 1]) {
      const body = sent(index);
      const format =
        (body['output_config'] as { format?: unknown })?.format ??
        (body['text'] as { format?: unknown })?.format ??
        body['response_format'];
      expect(JSON.stringify(format)).toContain('"title"');
      expect(format).toMatchObject({ type: 'json_schema' });
    }
  });
});

describe('after a change from an OpenAI model to Claude', () => {
  it('our own envelopes do not reach Anthropic', async () => {
    product = await Product.start();
    try {
      anthropic = new Anthropic({ baseURL: product.url, apiKey: product.key, maxRetries: 0 });
      const envelope = `cpx1.${Buffer.from(JSON.stringify({ v: 1, provider: 'openai', model: 'gpt-5.6', item: { encrypted_content: 'gAAAAAx' } })).toString('base64url')}`;
      const answer = await anthropic.messages.create({
        model,
        max_tokens: 64,
        messages: [
          { role: 'user', content: 'One.' },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'Hm.', signature: envelope },
              { type: 'text', text: 'Two.' },
            ],
          },
          { role: 'user', content: 'Three. [[sim: text=Four.]]' },
        ],
      });
      expect(answer.content).toMatchObject([{ text: 'Four.' }]);
      expect(product.simulator.requests[0]?.body.toString()).not.toContain('cpx1.');
      expect(product.simulator.requests[0]?.json).toMatchObject({
        messages: [{}, { content: [{ type: 'text', text: 'Two.' }] }, {}],
      });
      const { response } = await anthropic.messages
        .create({
          model,
          max_tokens: 64,
          messages: [
            { role: 'user', content: 'One.' },
            {
              role: 'assistant',
              content: [
                { type: 'server_tool_use', id: 'srvtoolu_cpx1_ws_1', name: 'web_search', input: { query: 'two' } },
                { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_cpx1_ws_1', content: [] },
              ],
            },
            { role: 'user', content: 'Three. [[sim: text=Four.]]' },
          ],
        })
        .withResponse();
      expect(response.headers.get('x-proxy-warnings')).toBe('server_tool_history_summarised');
      expect(product.simulator.requests[1]?.json).toMatchObject({
        messages: [{}, { content: [{ type: 'text', text: '[web_search {"query":"two"}]' }] }, {}],
      });
    } finally {
      await product.stop();
    }
  });
});
