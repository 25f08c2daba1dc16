import { describe, expect, it } from '@jest/globals';

import { parseMessagesRequest } from '../messages/parse-request.js';
import { droppedFields } from './dropped-fields.js';
import { unknownMembers } from './unknown-members.js';

const hi = { role: 'user', content: 'hi' };

function lost(members: object): string[] {
  const request = parseMessagesRequest({ model: 'm', max_tokens: 10, messages: [hi], ...members });
  return droppedFields(request).map(({ code, path }) => `${code} ${path}`);
}

function lostOfBlock(block: object): string[] {
  return lost({ messages: [{ role: 'user', content: [block] }] });
}

describe('members that no translation looks at', () => {
  it('are named in every option', () => {
    const schema = { type: 'object' };
    expect(
      lost({
        metadata: { user_id: 'u', team: 'x' },
        thinking: { type: 'adaptive', display: 'omitted', block_binding: { prefix_mismatch_behavior: 'drop_block' } },
        tool_choice: { type: 'auto', foo: 1 },
        output_config: { effort: 'low', foo: 1, format: { type: 'json_schema', schema, foo: 1 } },
        context_management: { edits: [], foo: 1 },
        system: [{ type: 'text', text: 's', foo: 1 }],
      }),
    ).toEqual([
      'unknown_field_dropped metadata.team',
      'unknown_field_dropped thinking.block_binding',
      'unknown_field_dropped tool_choice.foo',
      'unknown_field_dropped context_management.foo',
      'unknown_field_dropped output_config.foo',
      'unknown_field_dropped output_config.format.foo',
      'unknown_field_dropped system.0.foo',
    ]);
  });

  it('are named in tools, whoever defines them', () => {
    const schema = { type: 'object', properties: { anything: { type: 'string', foo: 1 } } };
    expect(
      lost({
        tools: [
          { name: 'f', input_schema: schema, foo: 1, input_examples: [{}], eager_input_streaming: true },
          { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 100 },
          { type: 'web_search_20260318', name: 'web_search', max_uses: 2, response_inclusion: 'excluded' },
          { type: 'code_execution_20250825', name: 'code_execution', foo: 1 },
        ],
        messages: [
          { role: 'user', content: 'hi' },
          {
            role: 'system',
            content: [
              {
                type: 'tool_addition',
                tool: { type: 'tool_definition', definition: { name: 'g', input_schema: schema, foo: 1 } },
              },
            ],
          },
        ],
      }),
    ).toEqual([
      'unknown_field_dropped tools.0.foo',
      'tool_member_dropped tools.1.max_characters',
      'unknown_field_dropped tools.2.response_inclusion',
      'unknown_field_dropped messages.1.content.0.tool.definition.foo',
    ]);
  });

  it('are named in messages and their blocks, at any depth', () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://x/y.png', foo: 1 }, foo: 1 };
    expect(lost({ messages: [{ ...hi, foo: 1 }] })).toEqual(['unknown_field_dropped messages.0.foo']);
    expect(lost({ messages: [hi, { role: 'system', clear_at: 'never', output_config: { effort: 'low' } }] })).toEqual([
      'effort_dropped messages.1.output_config',
    ]);
    expect(lostOfBlock({ type: 'text', text: 'hi', foo: 1 })).toEqual([
      'unknown_field_dropped messages.0.content.0.foo',
    ]);
    expect(lostOfBlock({ type: 'tool_result', tool_use_id: 't', content: [image], foo: 1 })).toEqual([
      'unknown_field_dropped messages.0.content.0.foo',
      'unknown_field_dropped messages.0.content.0.content.0.foo',
      'unknown_field_dropped messages.0.content.0.content.0.source.foo',
    ]);
    const within = { type: 'content', content: [{ type: 'text', text: 'x', foo: 1 }] };
    expect(lostOfBlock({ type: 'document', source: within })).toEqual([
      'unknown_field_dropped messages.0.content.0.source.content.0.foo',
    ]);
  });

  it('are nothing where they are null, documented as ignored, or what a tool call was called with', () => {
    const call = { type: 'tool_use', id: 't', name: 'f', input: { foo: 1 }, caller: { type: 'direct' } };
    const text = { type: 'text', text: 'x', citations: null, cache_control: { type: 'ephemeral', foo: 1 }, foo: null };
    const result = { type: 'tool_result', tool_use_id: 't', content: 'ok', is_error: false };
    const thought = { type: 'thinking', thinking: '', signature: 's' };
    expect(
      lost({
        messages: [hi, { role: 'assistant', content: [thought, text, call] }, { role: 'user', content: [result] }],
        thinking: { type: 'enabled', budget_tokens: 2000, block_binding: null },
      }),
    ).toEqual([]);
  });

  it('may be more than a call can have arguments', () => {
    const content = Array.from({ length: 200_000 }, () => ({ type: 'text', text: 'x', foo: 1 }));
    const request = parseMessagesRequest({ model: 'm', max_tokens: 10, messages: [{ role: 'user', content }] });
    expect(droppedFields(request)).toHaveLength(content.length);
    expect(unknownMembers(request)).toHaveLength(content.length);
  });
});
