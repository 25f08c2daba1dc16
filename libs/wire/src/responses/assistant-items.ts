import type OpenAI from 'openai';

import type { ContentBlockParam } from '../messages/messages.js';
import { warning } from '../openai/compatibility.js';
import { blockParts, refuseContent } from '../openai/content-parts.js';
import { isServerToolResult, isServerToolUse, ServerToolHistory } from '../openai/server-tool-history.js';
import { toolCallId } from '../openai/tool-call-id.js';
import type { InputOptions } from './input-options.js';
import { replayedReasoning, type ReplayedReasoning } from './reasoning-items.js';

/** What an assistant said, as it is sent back. The type demands the `id` that a stateless replay must leave out. */
type ReplayedMessage = Omit<OpenAI.Responses.ResponseOutputMessage, 'id'>;
type FunctionCall = OpenAI.Responses.ResponseFunctionToolCall;

export type AssistantItem = ReplayedMessage | FunctionCall | ReplayedReasoning;

/** An assistant turn as items in the order of its blocks; texts that follow each other are parts of one message. */
export function assistantItems(
  content: string | readonly ContentBlockParam[],
  path: string,
  options: InputOptions,
): AssistantItem[] {
  const blocks: readonly ContentBlockParam[] =
    typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const turn = new AssistantTurn(blocks, options);
  for (const [index, block] of blocks.entries()) turn.add(block, `${path}.${index}`);
  return turn.items();
}

class AssistantTurn {
  private readonly said: AssistantItem[] = [];
  private readonly history: ServerToolHistory;
  private readonly phase: { readonly phase?: 'commentary' | 'final_answer' };

  constructor(
    blocks: readonly ContentBlockParam[],
    private readonly options: InputOptions,
  ) {
    this.history = new ServerToolHistory(blocks);
    // Reasoning models label what they say and do worse when the label is lost. Anthropic's blocks have no place for it, but
    // what comes with a tool call is commentary, and what comes without is an answer.
    const phase = blocks.some(({ type }) => type === 'tool_use') ? 'commentary' : 'final_answer';
    this.phase = options.capabilities.reasoningReplay === 'encrypted' ? { phase } : {};
  }

  add(block: ContentBlockParam, path: string): void {
    switch (block.type) {
      case 'text':
        this.say(block.text);
        break;
      case 'thinking':
        this.think(block.signature);
        break;
      case 'tool_use':
        this.said.push({
          type: 'function_call',
          call_id: toolCallId(block.id),
          name: this.options.names.upstream(block.name),
          arguments: JSON.stringify(block.input ?? {}),
          status: 'completed',
        });
        break;
      // Claude's alone: no other model can read it.
      case 'redacted_thinking':
        break;
      default:
        this.addOther(block, path);
    }
  }

  /** Reasoning that nothing came of is left out: the upstream refuses such an item without the one that follows it. */
  items(): AssistantItem[] {
    const last = this.said.findLastIndex(({ type }) => type !== 'reasoning');
    return this.said.slice(0, last + 1);
  }

  private addOther(block: ContentBlockParam, path: string): void {
    const { capabilities, warnings } = this.options;
    if (isServerToolUse(block)) {
      this.summarise(this.history.summary(block), path);
    } else if (isServerToolResult(block)) {
      const line = this.history.lateResult(block);
      if (line !== undefined) this.summarise(line, path);
    } else {
      for (const part of blockParts(block, path, capabilities, warnings)) {
        if (part.kind !== 'text')
          refuseContent(path, `an assistant message cannot hold ${part.kind} content on this upstream.`);
        this.say(part.text);
      }
    }
  }

  private summarise(line: string, path: string): void {
    this.options.warnings.push(warning('server_tool_history_summarised', path));
    this.say(line);
  }

  private say(text: string): void {
    if (text === '') return;
    const part: OpenAI.Responses.ResponseOutputText = { type: 'output_text', text, annotations: [] };
    const last = this.said.at(-1);
    if (last?.type === 'message') last.content.push(part);
    else this.said.push({ type: 'message', role: 'assistant', status: 'completed', content: [part], ...this.phase });
  }

  private think(signature: string): void {
    const item = replayedReasoning(signature, this.options.upstream, this.options.recall);
    if (item !== undefined && this.options.capabilities.reasoningReplay === 'encrypted') this.said.push(item);
  }
}
