import type OpenAI from 'openai';
import { thinkingEnvelope } from '../inbound/thinking-envelope.js';
import { customInput } from '../inbound/tools.js';
import { isObject } from '../json-object.js';
import type { ContentBlock } from '../messages/messages.js';
import { isModelRefusal } from '../openai/model-refusal.js';
import type { ResponsesEcho } from './parse-request.js';

type OutputItem = OpenAI.Responses.ResponseOutputItem;
type MessageItem = OpenAI.Responses.ResponseOutputMessage;
type MessagePart = MessageItem['content'][number];
type TextPart = OpenAI.Responses.ResponseOutputText;
type TextBlock = Extract<ContentBlock, { type: 'text' }>;
type ThinkingBlock = Extract<ContentBlock, { type: 'thinking' | 'redacted_thinking' }>;
type ToolUse = Extract<ContentBlock, { type: 'tool_use' }>;
type CustomCall = OpenAI.Responses.ResponseCustomToolCallItem;
type SearchItem = OpenAI.Responses.ResponseFunctionWebSearch;
type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export function messageItem(id: string, status: ItemStatus, content: MessageItem['content']): MessageItem {
  return { id, type: 'message', status, role: 'assistant', content };
}

/** A text block as the part of a message that it is in OpenAI's terms. */
export function messagePart(block: TextBlock): MessagePart {
  return isModelRefusal(block) ? { type: 'refusal', refusal: block.text } : textPart(block);
}

/** A text with its web citations, which in OpenAI's terms point at the range of the text that they support. */
function textPart({ text, citations }: TextBlock): TextPart {
  const annotations = (citations ?? []).flatMap((citation): TextPart['annotations'] =>
    citation.type === 'web_search_result_location'
      ? [
          {
            type: 'url_citation',
            url: citation.url,
            title: citation.title ?? '',
            start_index: 0,
            end_index: text.length,
          },
        ]
      : [],
  );
  return { type: 'output_text', text, annotations, logprobs: [] };
}

/**
 * Always with its envelope, asked for or not: nothing is stored here, and models that think between tool calls refuse
 * a conversation from which the thinking is gone.
 */
export function reasoningItem(id: string, block: ThinkingBlock, model: string): OpenAI.Responses.ResponseReasoningItem {
  const text = block.type === 'thinking' ? block.thinking : '';
  return {
    id,
    type: 'reasoning',
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    encrypted_content: thinkingEnvelope(block, model) ?? null,
  };
}

/** A call as the client declared the tool; `args` is the input's JSON as it was streamed. */
export function callItem(
  id: string,
  block: ToolUse,
  args: string,
  status: ItemStatus,
  echo: ResponsesEcho,
): OutputItem {
  const namespaced = Object.hasOwn(echo.namespaced, block.name) ? echo.namespaced[block.name] : undefined;
  const name = namespaced?.name ?? block.name;
  const namespace = namespaced && { namespace: namespaced.namespace };
  if (echo.customTools.includes(block.name)) {
    const input = customInput(block.input);
    const item: CustomCall = { id, type: 'custom_tool_call', status, call_id: block.id, name, ...namespace, input };
    return item;
  }
  return { id, type: 'function_call', status, call_id: block.id, name, ...namespace, arguments: args };
}

/** A search that the upstream made by itself. */
export function webSearchItem(id: string, input: unknown, status: SearchItem['status']): SearchItem {
  const query = isObject(input) && typeof input.query === 'string' ? input.query : '';
  return { id, type: 'web_search_call', status, action: { type: 'search', query, queries: [query] } };
}

/** The `tool_use_id` of a search whose result is that it failed. */
export function failedSearch(block: ContentBlock): string | undefined {
  if (block.type !== 'web_search_tool_result' || Array.isArray(block.content)) return undefined;
  return block.tool_use_id;
}
