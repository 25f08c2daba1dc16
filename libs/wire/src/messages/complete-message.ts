import { isObject, type JsonObject } from '../json-object.js';
import { newMessageId } from '../openai/message-id.js';
import { noUsage } from '../openai/usage.js';
import type { ContentBlock, Message } from './messages.js';
import { toUsage } from './usage-tap.js';

/** An upstream's message with every member that the type promises, whatever a server of whichever age left out. */
export function completeMessage(body: JsonObject, content: ContentBlock[], model: string): Message {
  const known = body as Partial<Message>;
  return {
    ...known,
    id: typeof body.id === 'string' && body.id !== '' ? body.id : newMessageId(),
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: known.stop_reason ?? null,
    stop_sequence: known.stop_sequence ?? null,
    stop_details: known.stop_details ?? null,
    container: known.container ?? null,
    diagnostics: known.diagnostics ?? null,
    usage: isObject(body.usage) ? toUsage(body.usage) : noUsage(),
  };
}

/** Whether a parsed value is a content block whose essential members have the right types. */
export function isContentBlock(value: unknown): value is ContentBlock {
  if (!isObject(value)) return false;
  switch (value.type) {
    case 'text':
      return typeof value.text === 'string';
    case 'thinking':
      return typeof value.thinking === 'string';
    case 'redacted_thinking':
      return typeof value.data === 'string';
    case 'tool_use':
    case 'server_tool_use':
      return typeof value.id === 'string' && typeof value.name === 'string' && isObject(value.input);
    default:
      return typeof value.type === 'string';
  }
}

/** The block with the signature that its type promises, empty where there is none: servers leave out what is empty, or never sign. */
export function withSignature(block: ContentBlock): ContentBlock {
  return block.type === 'thinking' && typeof block.signature !== 'string' ? { ...block, signature: '' } : block;
}

/** Whether OpenAI's dialects have a citation of this kind: they cite the web alone. */
export function isCitedElsewhere({ type }: { readonly type?: unknown }): boolean {
  return type === 'web_search_result_location';
}

const shown: ReadonlySet<string> = new Set(['thinking', 'redacted_thinking', 'tool_use', 'web_search_tool_result']);

/** Whether the other dialects have something for a block and all of its citations: the rest of an answer is lost on their clients. */
export function isShownElsewhere(block: ContentBlock): boolean {
  if (block.type === 'text') return (block.citations ?? []).every(isCitedElsewhere);
  return shown.has(block.type) || (block.type === 'server_tool_use' && block.name === 'web_search');
}
