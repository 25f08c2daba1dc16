import type OpenAI from 'openai';

import type { MessageParam } from '../messages/messages.js';
import { contentParts } from '../openai/content-parts.js';
import { systemMessageTexts } from '../openai/system-message.js';
import type { SystemText } from '../openai/system-prompt.js';
import type { ToolNames } from '../openai/tool-names.js';
import type { UpstreamModel } from '../openai/upstream-model.js';
import type { Warning } from '../warning.js';
import { AssistantMessage } from './assistant-message.js';
import { chatContent, chatPart, textPart, type ChatPart, type ChatTextPart } from './chat-content.js';
import { toolMessage } from './tool-message.js';

export type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam;
type UserMessage = OpenAI.Chat.ChatCompletionUserMessageParam;

/**
 * The conversation in Chat's order: an assistant message with calls is followed at once by one tool message for each, and
 * whatever else the user turn holds comes after them. The calls and results are known to pair up.
 */
export class ChatMessages {
  readonly list: ChatMessage[] = [];
  /** Calls without a result yet, by the client's ids. */
  private readonly openCalls = new Set<string>();
  private media: ChatPart[] = [];
  /** What must not stand between a call and its result. */
  private waiting: ChatMessage[] = [];

  constructor(
    private readonly upstream: UpstreamModel,
    private readonly names: ToolNames,
    private readonly warnings: Warning[],
  ) {}

  /** The system prompt, before everything else. */
  prompt(texts: readonly SystemText[]): void {
    if (texts.length > 0) this.list.push(this.systemMessage(this.textParts(texts)));
  }

  conversation(messages: readonly MessageParam[]): void {
    const lastUser = messages.findLastIndex(({ role }) => role === 'user');
    let assistant: AssistantMessage | undefined;
    for (const [index, message] of messages.entries()) {
      if (message.role === 'assistant') {
        // Calls in one message, text or more calls in the next: between them there is no place for the results.
        if (assistant !== undefined && assistant.callIds.length === 0) this.assistant(assistant);
        if (assistant === undefined || assistant.callIds.length === 0) {
          assistant = new AssistantMessage(this.upstream, this.names, this.warnings);
        }
        assistant.add(message, `messages.${index}`);
        continue;
      }
      if (assistant !== undefined) this.assistant(assistant);
      assistant = undefined;
      if (message.role === 'user') this.user(message, `messages.${index}`);
      else {
        const path = `messages.${index}.content`;
        this.system(systemMessageTexts(message, index < lastUser, path, this.upstream.capabilities, this.warnings));
      }
    }
    if (assistant !== undefined) this.assistant(assistant);
    this.settle();
  }

  private assistant(assistant: AssistantMessage): void {
    const message = assistant.message();
    if (message !== undefined) this.list.push(message);
    for (const id of assistant.callIds) this.openCalls.add(id);
  }

  private user({ content }: MessageParam, path: string): void {
    const { capabilities } = this.upstream;
    if (typeof content === 'string') {
      this.waiting.push({ role: 'user', content });
    } else {
      const blocks = content ?? [];
      for (const [index, block] of blocks.entries()) {
        if (block.type !== 'tool_result') continue;
        const { message, media } = toolMessage(block, `${path}.content.${index}`, capabilities, this.warnings);
        this.list.push(message);
        for (const part of media) this.media.push(part);
        this.openCalls.delete(block.tool_use_id);
      }
      const parts = contentParts(blocks, `${path}.content`, capabilities, this.warnings);
      if (parts.length > 0) {
        const remaining = chatContent(parts.map((part) => chatPart(part, capabilities.cacheBreakpoints)));
        this.waiting.push({ role: 'user', content: remaining });
      }
    }
    if (this.openCalls.size === 0) this.settle();
  }

  private system(texts: readonly SystemText[]): void {
    if (texts.length === 0) return;
    const parts = this.textParts(texts);
    if (this.upstream.capabilities.midSystem === 'yes') this.waiting.push(this.systemMessage(parts));
    else this.remind(parts);
    if (this.openCalls.size === 0) this.settle();
  }

  /** Into the user message before it, as Claude Code itself writes such texts for models that know no system messages. */
  private remind(parts: ChatTextPart[]): void {
    for (const part of parts) part.text = `<system-reminder>\n${part.text}\n</system-reminder>`;
    const before = this.waiting.length > 0 ? this.waiting : this.list;
    const last = before.at(-1);
    if (last?.role === 'user') {
      const content = partsOf(last);
      for (const part of parts) content.push(part);
      last.content = content;
    } else {
      this.waiting.push({ role: 'user', content: chatContent(parts) });
    }
  }

  /** All results are in: what waited for them follows, media of the results first. */
  private settle(): void {
    if (this.media.length > 0) {
      const first = this.waiting[0];
      if (first?.role === 'user') this.waiting[0] = { ...first, content: [...this.media, ...partsOf(first)] };
      else this.waiting.unshift({ role: 'user', content: this.media });
      this.media = [];
    }
    if (this.waiting.length === 0) return;
    for (const message of this.waiting) this.list.push(message);
    this.waiting = [];
  }

  private systemMessage(parts: ChatTextPart[]): ChatMessage {
    return { role: this.upstream.capabilities.systemRole, content: chatContent(parts) };
  }

  private textParts(texts: readonly SystemText[]): ChatTextPart[] {
    const { cacheBreakpoints } = this.upstream.capabilities;
    return texts.map(({ text, cached }) => textPart(text, cacheBreakpoints && cached));
  }
}

function partsOf({ content }: UserMessage): ChatPart[] {
  return typeof content === 'string' ? [textPart(content, false)] : content;
}
