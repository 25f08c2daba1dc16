import { modelRefusal } from '../openai/model-refusal.js';
import { noUsage } from '../openai/usage.js';
import { cutOffCall } from './cut-off-call.js';
import type { ContentBlock, Message } from './messages.js';

export function sampleMessage(content: ContentBlock[], members: Partial<Message> = {}): Message {
  return {
    id: 'msg_01abc',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content,
    stop_reason: 'end_turn',
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      ...noUsage(),
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 5,
      output_tokens: 20,
      output_tokens_details: { thinking_tokens: 7 },
    },
    ...members,
  };
}

export function textBlock(text: string): ContentBlock {
  return { type: 'text', text, citations: null };
}

export function toolUse(id: string, name: string, input: unknown): Extract<ContentBlock, { type: 'tool_use' }> {
  return { type: 'tool_use', id, name, input, caller: { type: 'direct' } };
}

const citation = {
  type: 'web_search_result_location',
  url: 'https://example.org/',
  title: 'Example',
  cited_text: 'cited',
  encrypted_index: 'cpx1.',
} as const;

/** One answer of each kind, by what it shows. */
export const sampleMessages: Readonly<Record<string, Message>> = {
  'plain text': sampleMessage([textBlock('Hello, wörld 🌍\n"quoted" \\ \u2028')]),
  'no content': sampleMessage([], { stop_reason: 'max_tokens' }),
  'several texts': sampleMessage([textBlock('One. '), textBlock('Two.')]),
  'text that was cut off': sampleMessage([textBlock('Once upon')], { stop_reason: 'max_tokens' }),
  'thinking before text': sampleMessage([
    { type: 'thinking', thinking: 'Let me see. Yes.', signature: 'EqQBsig' },
    textBlock('42'),
  ]),
  'thinking that is not shown': sampleMessage([
    { type: 'thinking', thinking: '', signature: 'EqQBsig' },
    textBlock('42'),
  ]),
  'redacted thinking': sampleMessage([{ type: 'redacted_thinking', data: 'secret' }, textBlock('42')]),
  'parallel tool calls behind text': sampleMessage(
    [
      textBlock('I will look.'),
      toolUse('toolu_1', 'get_weather', { city: 'Köln', days: [1, 2] }),
      toolUse('toolu_2', 'get_time', {}),
    ],
    { stop_reason: 'tool_use' },
  ),
  'a refusal': sampleMessage([textBlock('I')], {
    stop_reason: 'refusal',
    stop_details: { type: 'refusal', category: null, explanation: 'Not this.' },
  }),
  'a web search': sampleMessage([
    {
      type: 'server_tool_use',
      id: 'srvtoolu_1',
      name: 'web_search',
      input: { query: 'news' },
      caller: { type: 'direct' },
    },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [], caller: { type: 'direct' } },
    textBlock('It says: '),
    { type: 'text', text: 'all is well', citations: [citation] },
  ]),
  'web searches of which one failed': sampleMessage([
    textBlock('I will look.'),
    ...['srvtoolu_1', 'srvtoolu_2'].map((id): ContentBlock => ({
      type: 'server_tool_use',
      id,
      name: 'web_search',
      input: { query: id },
      caller: { type: 'direct' },
    })),
    {
      type: 'web_search_tool_result',
      tool_use_id: 'srvtoolu_1',
      content: { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' },
      caller: { type: 'direct' },
    },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_2', content: [], caller: { type: 'direct' } },
    textBlock('One search failed.'),
  ]),
  'thinking and citations more than once': sampleMessage([
    { type: 'thinking', thinking: 'First.', signature: 'EqQBone' },
    { type: 'text', text: 'One. ', citations: [citation] },
    { type: 'redacted_thinking', data: 'secret' },
    { type: 'thinking', thinking: 'Then.', signature: 'EqQBtwo' },
    { type: 'text', text: 'Two.', citations: [citation, citation] },
    textBlock(' End.'),
  ]),
};

/** Answers with marks that Anthropic's clients do not see. */
export const markedMessages: Readonly<Record<string, Message>> = {
  'a refusal in the words of the model': sampleMessage(
    [modelRefusal(textBlock('I cannot ')), modelRefusal(textBlock('help.'))],
    {
      stop_reason: 'refusal',
      stop_details: modelRefusal({ type: 'refusal' as const, category: null, explanation: 'I cannot help.' }),
    },
  ),
  'a refusal in the words of the model that a filter cut': sampleMessage(
    [textBlock('Well. '), modelRefusal(textBlock('I cannot'))],
    {
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: null, explanation: 'I cannot' },
    },
  ),
  'a call that was cut off': sampleMessage(
    [
      toolUse('toolu_1', 'get_time', {}),
      cutOffCall(toolUse('toolu_2', 'Bash', { command: 'rm -rf /tmp/x' }), '{"command":"rm -rf /tmp/x'),
    ],
    { stop_reason: 'max_tokens' },
  ),
  'a call that was cut off before its arguments': sampleMessage([cutOffCall(toolUse('toolu_1', 'Bash', {}), '')], {
    stop_reason: 'refusal',
  }),
  'a whole call at the limit': sampleMessage([toolUse('toolu_1', 'Bash', { command: 'ls' })], {
    stop_reason: 'max_tokens',
  }),
};
