import { promptCacheOf } from '../inbound/prompt-cache.js';
import type { ModelCapabilities } from '../openai/upstream-model.js';
import type { ContentBlockParam, MessageParam, MessagesRequest } from './messages.js';

type Capabilities = Pick<ModelCapabilities, 'automaticCaching' | 'cacheBreakpoints'>;

const ephemeral = { type: 'ephemeral' } as const;

/** Blocks that take no `cache_control`. */
const unmarkable: ReadonlySet<string> = new Set(['thinking', 'redacted_thinking']);

/**
 * OpenAI caches prefixes unasked and Anthropic only up to a breakpoint, so that a conversation in OpenAI's words gets two: behind
 * tools and system, which other conversations share, and behind its last block, which its next turn reads. Edits `request`.
 *
 * Not a request of which no second is in sight: writing to the cache costs a quarter more than reading the input once. Not by the
 * top-level `cache_control` either, which servers that speak Messages (Bedrock's, Vertex's) learnt late or never.
 */
export function cacheAutomatically(
  request: MessagesRequest,
  { automaticCaching, cacheBreakpoints }: Capabilities,
): void {
  if (!automaticCaching || !cacheBreakpoints || !goesOn(request) || hasOwnWill(request)) return;
  const prefix = Array.isArray(request.system) ? request.system.at(-1) : request.tools?.at(-1);
  if (prefix !== undefined) Object.assign(prefix, { cache_control: ephemeral });
  const last = request.messages.at(-1);
  if (last !== undefined) markLastBlock(last);
}

/** Whether the same prefix will be sent again: an answer is part of it already, or the model is free to call a tool. */
function goesOn({ messages, tools = [], tool_choice: choice }: MessagesRequest): boolean {
  if (messages.some(({ role }) => role === 'assistant')) return true;
  return tools.length > 0 && (choice === undefined || choice.type === 'auto');
}

/** Whether the client has said itself what is to be cached, or that nothing is but what it marks. */
function hasOwnWill(request: MessagesRequest): boolean {
  if (promptCacheOf(request).prompt_cache_options?.mode === 'explicit' || isMarked(request)) return true;
  return [
    ...(request.tools ?? []),
    ...blocksOf(request.system),
    ...request.messages.flatMap((message) => blocksOf(message.content)),
  ].some((block) => isMarked(block) || resultBlocks(block).some(isMarked));
}

function resultBlocks(block: object): readonly object[] {
  return 'type' in block && block.type === 'tool_result' && 'content' in block && Array.isArray(block.content)
    ? block.content
    : [];
}

function isMarked(owner: object): boolean {
  return 'cache_control' in owner && owner.cache_control != null;
}

function blocksOf(content: string | readonly object[] | undefined): readonly object[] {
  return Array.isArray(content) ? content : [];
}

function markLastBlock(message: MessageParam): void {
  if (typeof message.content === 'string') {
    if (message.content !== '') message.content = [{ type: 'text', text: message.content, cache_control: ephemeral }];
    return;
  }
  const block = message.content?.findLast(({ type }: ContentBlockParam) => !unmarkable.has(type));
  if (block !== undefined) Object.assign(block, { cache_control: ephemeral });
}
