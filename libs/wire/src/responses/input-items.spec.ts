import { describe, expect, it } from '@jest/globals';

import type { ContentBlockParam, MessagesRequest } from '../messages/messages.js';
import { sealReasoning } from '../openai/reasoning-envelope.js';
import type { UpstreamModel } from '../openai/upstream-model.js';
import { bash, inputOf, requestOf, translate, upstreamOf } from './test/messages-request.js';
import { toResponsesRequest } from './to-request.js';

function sealed(provider: string, model: string): string {
  return sealReasoning({ provider, model, item: { id: 'rs_1', encrypted_content: 'enc', summary: ['So'] } });
}

function thinking(signature: string): ContentBlockParam {
  return { type: 'thinking', thinking: 'So', signature };
}

/** The items of an assistant turn between two user messages. */
function assistantItemsOf(content: ContentBlockParam[]): readonly unknown[] {
  const messages: MessagesRequest['messages'] = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content },
    { role: 'user', content: 'x' },
  ];
  return inputOf({ messages }).slice(1, -1);
}

describe('the conversation becomes input items', () => {
  it('with the system prompt first, block by block, less Claude Code’s attribution', () => {
    const system = [
      { type: 'text' as const, text: 'x-anthropic-billing-header: cc_version=2.1.329.8c9;' },
      { type: 'text' as const, text: 'You are Claude Code.' },
      { type: 'text' as const, text: 'Be brief.' },
    ];
    expect(inputOf({ system })).toMatchObject([
      {
        role: 'developer',
        content: [
          { type: 'input_text', text: 'You are Claude Code.' },
          { type: 'input_text', text: 'Be brief.' },
        ],
      },
      { role: 'user' },
    ]);
  });

  it('with system messages at their place, unless they had their time', () => {
    expect(
      inputOf({
        messages: [
          { role: 'user', content: 'One' },
          { role: 'system', content: 'Stays' },
          { role: 'system', content: 'Goes', clear_at: 'next_user_message' },
          { role: 'user', content: 'Two' },
          { role: 'system', content: [{ type: 'text', text: 'Last' }], clear_at: 'next_user_message' },
        ],
      }),
    ).toMatchObject([
      { role: 'user', content: [{ text: 'One' }] },
      { role: 'developer', content: [{ text: 'Stays' }] },
      { role: 'user', content: [{ text: 'Two' }] },
      { role: 'developer', content: [{ text: 'Last' }] },
    ]);
    expect(
      inputOf(
        {
          messages: [
            { role: 'user', content: 'One' },
            { role: 'system', content: 'Two' },
          ],
        },
        upstreamOf('gpt-5.6', { midSystem: 'wrap' }),
      ),
    ).toMatchObject([
      { role: 'user' },
      { role: 'user', content: [{ text: '<system-reminder>\nTwo\n</system-reminder>' }] },
    ]);
  });

  it('with images, PDFs and texts of a user as parts', () => {
    const content = [
      { type: 'text' as const, text: 'See' },
      { type: 'image' as const, source: { type: 'base64' as const, media_type: 'image/png' as const, data: 'AAAA' } },
      { type: 'image' as const, source: { type: 'url' as const, url: 'https://x.test/a.png' } },
      {
        type: 'document' as const,
        source: { type: 'base64' as const, media_type: 'application/pdf' as const, data: 'JVBE' },
      },
      { type: 'document' as const, title: 'B.pdf', source: { type: 'url' as const, url: 'https://x.test/b.pdf' } },
    ];
    expect(inputOf({ messages: [{ role: 'user', content }] })).toEqual([
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'See' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
          { type: 'input_image', image_url: 'https://x.test/a.png', detail: 'auto' },
          { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBE' },
          { type: 'input_text', text: '<document title="B.pdf">' },
          { type: 'input_file', file_url: 'https://x.test/b.pdf' },
          { type: 'input_text', text: '</document>' },
        ],
      },
    ]);
  });

  it('with calls and results, which keep their images, in the order given', () => {
    const image = { type: 'image' as const, source: { type: 'url' as const, url: 'https://x.test/a.png' } };
    expect(
      inputOf({
        tools: [bash],
        messages: [
          { role: 'user', content: 'Go' },
          {
            role: 'assistant',
            content: [
              { type: 'text', text: 'I will.' },
              { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' } },
              { type: 'tool_use', id: 'toolu_2', name: 'Bash', input: {} },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'toolu_2', content: [{ type: 'text', text: 'Look' }, image] },
              { type: 'tool_result', tool_use_id: 'toolu_1', content: 'no such file', is_error: true },
              { type: 'text', text: 'And now?' },
            ],
          },
        ],
      }),
    ).toEqual([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Go' }] },
      {
        type: 'message',
        role: 'assistant',
        status: 'completed',
        phase: 'commentary',
        content: [{ type: 'output_text', text: 'I will.', annotations: [] }],
      },
      { type: 'function_call', call_id: 'toolu_1', name: 'Bash', arguments: '{"command":"ls"}', status: 'completed' },
      { type: 'function_call', call_id: 'toolu_2', name: 'Bash', arguments: '{}', status: 'completed' },
      {
        type: 'function_call_output',
        call_id: 'toolu_2',
        output: [
          { type: 'input_text', text: 'Look' },
          { type: 'input_image', image_url: 'https://x.test/a.png', detail: 'auto' },
        ],
      },
      { type: 'function_call_output', call_id: 'toolu_1', output: 'Error: no such file' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'And now?' }] },
    ]);
  });

  it('with an empty result as an empty output, and a failed one without words as an error', () => {
    const messages: MessagesRequest['messages'] = [
      { role: 'user', content: 'Go' },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'Bash', input: {} },
          { type: 'tool_use', id: 'b', name: 'Bash', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: null as unknown as string },
          { type: 'tool_result', tool_use_id: 'b', content: [], is_error: true },
        ],
      },
    ];
    expect((inputOf({ messages }) as unknown[]).slice(-2)).toMatchObject([{ output: '' }, { output: 'Error: ' }]);
  });

  it('with final answers told from commentary, and only for models that know the difference', () => {
    const messages: MessagesRequest['messages'] = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'Bye' },
    ];
    expect(inputOf({ messages })).toMatchObject([{}, { role: 'assistant', phase: 'final_answer' }, {}]);
    expect(JSON.stringify(inputOf({ messages }, upstreamOf('gpt-4.1')))).not.toContain('phase');
  });

  it('with reasoning of this very model alone, and only where something came of it', () => {
    const own = thinking(sealed('azure-openai', 'gpt-5.6'));
    const foreign = [
      thinking(sealed('azure-openai', 'gpt-5.5')),
      thinking(sealed('openai', 'gpt-5.6')),
      thinking('EqQBCkYIBRgCKkA'),
      thinking('cpx1.broken'),
      { type: 'redacted_thinking' as const, data: 'x' },
    ];
    const said = { type: 'text' as const, text: 'Hello' };
    expect(assistantItemsOf([own, said])).toMatchObject([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'So' }], encrypted_content: 'enc' },
      { type: 'message' },
    ]);
    expect(JSON.stringify(assistantItemsOf([own, said]))).not.toContain('rs_1');
    expect(assistantItemsOf([...foreign, said])).toMatchObject([{ type: 'message' }]);
    expect(assistantItemsOf([said, own])).toMatchObject([{ type: 'message' }]);
  });

  it('with reasoning whose encrypted content came late, where it is remembered', () => {
    const signature = sealReasoning({ provider: 'azure-openai', model: 'gpt-5.6', item: { id: 'rs_9' } });
    const request = requestOf({
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: '', signature },
            { type: 'text', text: 'Hello' },
          ],
        },
        { role: 'user', content: 'x' },
      ],
    });
    const recalled = toResponsesRequest(request, upstreamOf(), (id) => (id === 'rs_9' ? 'late' : undefined));
    expect(recalled.body.input).toMatchObject([
      {},
      { type: 'reasoning', summary: [], encrypted_content: 'late' },
      {},
      {},
    ]);
    expect(JSON.stringify(toResponsesRequest(request, upstreamOf()).body.input)).not.toContain('reasoning');
  });

  it('with the last four breakpoints, on texts alone, where the model has them', () => {
    const cache_control = { type: 'ephemeral' as const };
    const text = (words: string) => ({ type: 'text' as const, text: words, cache_control });
    const overrides: Partial<MessagesRequest> = {
      system: [text('s1'), text('s2')],
      messages: [
        { role: 'user', content: [text('u1')] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'Bash', input: {}, cache_control }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: 'out', cache_control },
            { type: 'image', source: { type: 'url', url: 'https://x.test' }, cache_control },
            text('u2'),
          ],
        },
      ],
    };
    const marked = (upstream: UpstreamModel): string[] => {
      const found: string[] = [];
      JSON.stringify(inputOf(overrides, upstream), (_, value: unknown) => {
        if (typeof value === 'object' && value !== null && 'prompt_cache_breakpoint' in value) {
          found.push('text' in value ? String(value.text) : 'something else');
        }
        return value;
      });
      return found;
    };
    expect(marked(upstreamOf())).toEqual(['s2', 'u1', 'out', 'u2']);
    expect(marked(upstreamOf('gpt-5.4', { cacheBreakpoints: false }))).toEqual([]);
  });

  it('with one breakpoint at the end for automatic caching', () => {
    const { body } = translate(
      { cache_control: { type: 'ephemeral' } },
      upstreamOf('gpt-5.6', { cacheBreakpoints: true }),
    );
    expect(body.input).toMatchObject([{ content: [{ prompt_cache_breakpoint: { mode: 'explicit' } }] }]);
  });

  it('with what Anthropic’s own tools did as a line of text', () => {
    const { body, warnings } = translate({
      messages: [
        { role: 'user', content: 'Search' },
        {
          role: 'assistant',
          content: [
            { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'node' } },
            {
              type: 'web_search_tool_result',
              tool_use_id: 'srvtoolu_1',
              content: [{ type: 'web_search_result', url: 'https://nodejs.org', title: 'Node', encrypted_content: '' }],
            },
            { type: 'text', text: 'Found.' },
          ],
        },
        { role: 'user', content: 'Thanks' },
      ],
    });
    expect(JSON.stringify(body.input)).toContain('https://nodejs.org');
    expect(warnings).toEqual([{ code: 'server_tool_history_summarised', path: 'messages.1.content.0' }]);
  });
});
