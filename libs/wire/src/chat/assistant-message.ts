import type OpenAI from 'openai';

import type { ContentBlockParam, MessageParam } from '../messages/messages.js';
import { upstreamName } from '../openai/answer-context.js';
import { warning } from '../openai/compatibility.js';
import { blockParts, refuseContent } from '../openai/content-parts.js';
import { openReasoning } from '../openai/reasoning-envelope.js';
import { isServerToolResult, isServerToolUse, ServerToolHistory } from '../openai/server-tool-history.js';
import { toolCallId } from '../openai/tool-call-id.js';
import type { ToolNames } from '../openai/tool-names.js';
import type { UpstreamModel } from '../openai/upstream-model.js';
import type { Warning } from '../warning.js';
import { chatContent, textPart, type ChatTextPart } from './chat-content.js';

/** Compatible reasoning servers want their reasoning back in a member that OpenAI does not have. */
export type ChatAssistantMessage = OpenAI.Chat.ChatCompletionAssistantMessageParam & { reasoning_content?: string };

type ThinkingBlock = Extract<ContentBlockParam, { type: 'thinking' }>;

/** Gathers assistant messages that Chat wants as one: calls of one turn must stand in one message before their results. */
export class AssistantMessage {
  private readonly texts: ChatTextPart[] = [];
  private readonly calls: OpenAI.Chat.ChatCompletionMessageFunctionToolCall[] = [];
  private reasoning = '';
  /** Ids of the calls as the client knows them. */
  readonly callIds: string[] = [];

  constructor(
    private readonly upstream: UpstreamModel,
    private readonly names: ToolNames,
    private readonly warnings: Warning[],
  ) {}

  add({ content }: MessageParam, path: string): void {
    if (typeof content === 'string') {
      if (content !== '') this.texts.push(textPart(content, false));
      return;
    }
    const blocks = content ?? [];
    const history = new ServerToolHistory(blocks);
    for (const [index, block] of blocks.entries()) this.block(block, history, `${path}.content.${index}`);
  }

  /** `undefined` when nothing of it can be sent, as with thinking of another model alone. */
  message(): ChatAssistantMessage | undefined {
    const { texts, calls, reasoning } = this;
    if (texts.length === 0 && calls.length === 0 && reasoning === '') return undefined;
    return {
      role: 'assistant',
      content: texts.length === 0 && calls.length > 0 ? null : chatContent(texts),
      ...(calls.length > 0 && { tool_calls: calls }),
      ...(reasoning !== '' && { reasoning_content: reasoning }),
    };
  }

  private block(block: ContentBlockParam, history: ServerToolHistory, path: string): void {
    if (block.type === 'tool_use') {
      this.callIds.push(block.id);
      this.calls.push({
        id: toolCallId(block.id),
        type: 'function',
        function: { name: this.names.upstream(block.name), arguments: JSON.stringify(block.input ?? {}) },
      });
    } else if (block.type === 'thinking') {
      this.reasoning += this.replayed(block);
    } else if (isServerToolUse(block)) {
      this.summarise(history.summary(block), path);
    } else if (isServerToolResult(block)) {
      const line = history.lateResult(block);
      if (line !== undefined) this.summarise(line, path);
    } else if (block.type !== 'redacted_thinking') {
      this.other(block, path);
    }
  }

  private summarise(line: string, path: string): void {
    this.texts.push(textPart(line, false));
    this.warnings.push(warning('server_tool_history_summarised', path));
  }

  private other(block: ContentBlockParam, path: string): void {
    const { capabilities } = this.upstream;
    for (const part of blockParts(block, path, capabilities, this.warnings)) {
      if (part.kind !== 'text')
        refuseContent(path, `an assistant message cannot hold ${part.kind} content on this upstream.`);
      if (part.text !== '') this.texts.push(textPart(part.text, capabilities.cacheBreakpoints && part.cached));
    }
  }

  /** The reasoning of a block that this very model thought; Claude's and other models' is never sent. */
  private replayed(block: ThinkingBlock): string {
    const { capabilities, provider } = this.upstream;
    if (capabilities.reasoningReplay !== 'reasoning_content') return '';
    const envelope = openReasoning(block.signature);
    if (envelope?.provider !== provider || envelope.model !== upstreamName(this.upstream)) return '';
    return block.thinking === '' ? (envelope.item.summary ?? []).join('') : block.thinking;
  }
}
