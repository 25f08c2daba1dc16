import { isOwnEnvelope } from '../openai/reasoning-envelope.js';
import { toolCallId } from '../openai/tool-call-id.js';
import type { Warning } from '../warning.js';
import { inboundWarning } from '../inbound/compatibility.js';
import type { ClaudeModel } from './claude-model.js';
import type { ContentBlockParam, MessageParam, MessagesRequest } from './messages.js';

/**
 * `messages` as Anthropic takes them: without envelopes of ours, a user first, and system messages only where the model has
 * them and its placement rule allows (after a user's turn, before an assistant's or last); else as a reminder to the user's turn.
 */
export function upstreamMessages(messages: readonly MessageParam[], model: ClaudeModel): MessageParam[] {
  const result: MessageParam[] = [];
  const told = messages.flatMap(withoutOwnThinking);
  const beforeUser = userComesNext(told);
  for (const [index, message] of told.entries()) {
    const afterUser = result.at(-1)?.role === 'user' || result.at(-1)?.role === 'system';
    const fits = model.midSystem && afterUser && beforeUser[index] === false;
    if (message.role !== 'system') result.push(message);
    else if (fits) addSystem(result, message);
    else if (message.content !== undefined) addReminder(result, message.content);
  }
  if (result[0]?.role !== 'user') result.unshift({ role: 'user', content: '(The conversation goes on.)' });
  return result;
}

/** Of each message, whether the next one that is no system message is the user's. */
function userComesNext(messages: readonly MessageParam[]): boolean[] {
  const answers: boolean[] = [];
  let next: MessageParam['role'] | undefined;
  for (const { role } of messages.toReversed()) {
    answers.push(next === 'user');
    if (role !== 'system') next = role;
  }
  return answers.toReversed();
}

/** One for all that come together: the rule wants a user's turn right before each. */
function addSystem(result: MessageParam[], message: Extract<MessageParam, { role: 'system' }>): void {
  const last = result.at(-1);
  if (last?.role !== 'system') {
    result.push(message);
    return;
  }
  const blocks = blocksOf(last.content ?? []);
  for (const block of blocksOf(message.content ?? [])) blocks.push(block);
  last.content = blocks as typeof last.content;
}

function addReminder(result: MessageParam[], content: NonNullable<MessageParam['content']>): void {
  const texts =
    typeof content === 'string' ? [content] : content.flatMap((block) => (block.type === 'text' ? block.text : []));
  const reminder = `<system-reminder>\n${texts.join('\n')}\n</system-reminder>`;
  const block: ContentBlockParam = { type: 'text', text: reminder };
  const last = result.at(-1);
  // Into the same turn, so that tool results stay right behind their calls.
  if (last?.role === 'user') {
    const blocks = blocksOf(last.content);
    blocks.push(block);
    last.content = blocks;
  } else {
    result.push({ role: 'user', content: [block] });
  }
}

/** The content itself where it is a list already. */
function blocksOf(content: string | ContentBlockParam[]): ContentBlockParam[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** A copy, to whose content more can be added; nothing where nothing is left. */
function withoutOwnThinking(message: MessageParam): MessageParam[] {
  if (message.role === 'system') {
    return [Array.isArray(message.content) ? { ...message, content: [...message.content] } : { ...message }];
  }
  if (typeof message.content === 'string') return [{ ...message }];
  const content = message.content.filter((block) => !isOwnThinking(block) && !isEmptyText(block)).map(withAcceptedId);
  return content.length === 0 ? [] : [{ ...message, content }];
}

/** Ids of other vendors' models have other characters: `functions.Bash:0`. */
function withAcceptedId(block: ContentBlockParam): ContentBlockParam {
  if (block.type === 'tool_use') return { ...block, id: toolCallId(block.id) };
  return block.type === 'tool_result' ? { ...block, tool_use_id: toolCallId(block.tool_use_id) } : block;
}

function isOwnThinking(block: ContentBlockParam): boolean {
  if (block.type === 'thinking') return isOwnEnvelope(block.signature);
  return block.type === 'redacted_thinking' && isOwnEnvelope(block.data);
}

function isEmptyText(block: ContentBlockParam): boolean {
  // White space alone is refused as well, and models write it before their calls.
  return block.type === 'text' && block.text.trim() === '';
}

interface Cacheable {
  readonly type?: unknown;
  readonly content?: unknown;
  cache_control?: unknown;
}

/** Anthropic takes four breakpoints; of more, the last four stay, which cover the longest prefixes. */
export function limitBreakpoints(request: MessagesRequest, warnings: Warning[]): void {
  const marked: Cacheable[] = [];
  const collect = (blocks: unknown): void => {
    if (!Array.isArray(blocks)) return;
    for (const block of blocks as Cacheable[]) {
      if (block.type === 'tool_result') collect(block.content);
      if (block.cache_control != null) marked.push(block);
    }
  };
  collect(request.tools);
  collect(request.system);
  for (const message of request.messages) collect(message.content);
  if (marked.length <= 4) return;
  warnings.push(inboundWarning('cache_control_dropped', 'messages'));
  for (const block of marked.slice(0, -4)) delete block.cache_control;
}
