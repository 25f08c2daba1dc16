import type Anthropic from '@anthropic-ai/sdk';

import type { ContentBlock, MessagesEvent } from '../messages/messages.js';
import type { AnswerContext } from '../translation.js';
import type { AnswerEnding } from './answer-ending.js';
import { appliedEdits, emptyMessage } from './empty-message.js';
import { modelRefusal } from './model-refusal.js';

type Citation = Anthropic.Messages.TextCitation;

/**
 * Writes canonical events in their grammar: `message_start` before anything else, one block open at a time, indexes without
 * gaps. Events gather until `take`.
 */
export class MessageWriter {
  private events: MessagesEvent[] = [];
  private started = false;
  private nextIndex = 0;
  private opened = false;

  constructor(
    private readonly id: string,
    private readonly context: AnswerContext,
  ) {}

  get isOpen(): boolean {
    return this.opened;
  }

  /** The events written since the last call. */
  take(): readonly MessagesEvent[] {
    const { events } = this;
    if (events.length > 0) this.events = [];
    return events;
  }

  /** `message_start`, unless it has been written. */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.events.push({ type: 'message_start', message: emptyMessage(this.id, this.context) });
  }

  /** Opens a block; the one before it must be closed. `block` is as it reads before its first delta. */
  open(block: ContentBlock): void {
    this.start();
    this.opened = true;
    this.events.push({ type: 'content_block_start', index: this.nextIndex, content_block: block });
  }

  /** Opens a text block that has nothing in it yet; `refused` when it will be the model's refusal. */
  openText(refused: boolean): void {
    const block: ContentBlock = { type: 'text', text: '', citations: null };
    this.open(refused ? modelRefusal(block) : block);
  }

  text(text: string): void {
    this.events.push({ type: 'content_block_delta', index: this.nextIndex, delta: { type: 'text_delta', text } });
  }

  citation(citation: Citation): void {
    this.events.push({
      type: 'content_block_delta',
      index: this.nextIndex,
      delta: { type: 'citations_delta', citation },
    });
  }

  thinking(thinking: string): void {
    this.events.push({
      type: 'content_block_delta',
      index: this.nextIndex,
      delta: { type: 'thinking_delta', thinking },
    });
  }

  signature(signature: string): void {
    this.events.push({
      type: 'content_block_delta',
      index: this.nextIndex,
      delta: { type: 'signature_delta', signature },
    });
  }

  json(json: string): void {
    this.events.push({
      type: 'content_block_delta',
      index: this.nextIndex,
      delta: { type: 'input_json_delta', partial_json: json },
    });
  }

  /** A block that has come in one piece. */
  whole(block: ContentBlock): void {
    switch (block.type) {
      case 'text':
        this.open({ ...block, text: '', citations: null });
        if (block.text !== '') this.text(block.text);
        for (const citation of block.citations ?? []) this.citation(citation);
        break;
      case 'thinking':
        this.open({ ...block, thinking: '', signature: '' });
        if (block.thinking !== '') this.thinking(block.thinking);
        this.signature(block.signature);
        break;
      case 'tool_use':
      case 'server_tool_use':
        this.open({ ...block, input: {} });
        this.json(JSON.stringify(block.input));
        break;
      default:
        this.open(block);
    }
    this.close();
  }

  close(): void {
    if (!this.opened) return;
    this.opened = false;
    this.events.push({ type: 'content_block_stop', index: this.nextIndex });
    this.nextIndex += 1;
  }

  end(ending: AnswerEnding): void {
    this.start();
    this.close();
    const { usage } = ending;
    this.events.push(
      {
        type: 'message_delta',
        delta: {
          stop_reason: ending.stopReason,
          stop_sequence: ending.stopSequence,
          stop_details: ending.stopDetails,
          container: null,
        },
        usage: {
          input_tokens: usage.input_tokens,
          output_tokens: usage.output_tokens,
          cache_creation_input_tokens: usage.cache_creation_input_tokens,
          cache_read_input_tokens: usage.cache_read_input_tokens,
          output_tokens_details: usage.output_tokens_details,
          server_tool_use: usage.server_tool_use,
          // Of the beginning in Anthropic's streams; an OpenAI upstream tells it at the end.
          ...(usage.service_tier !== null && { service_tier: usage.service_tier }),
        },
        ...(this.context.contextManagement ? appliedEdits : {}),
      },
      { type: 'message_stop' },
    );
  }
}
