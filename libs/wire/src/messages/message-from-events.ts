import { GatewayError } from '../gateway-error.js';
import { parseToolInput } from '../openai/partial-json.js';
import { cutOffCall } from './cut-off-call.js';
import type { ContentBlock, Message, MessagesEvent } from './messages.js';

type Event<Type extends MessagesEvent['type']> = Extract<MessagesEvent, { type: Type }>;

/** Accumulates canonical events into the answer that they spell out. One per stream. */
export class MessageAccumulator {
  private message: Message | undefined;
  private json = '';
  private stopped = false;

  add(event: MessagesEvent): void {
    switch (event.type) {
      case 'message_start':
        this.message = { ...event.message, content: [...event.message.content] };
        break;
      case 'content_block_start':
        this.json = '';
        this.message?.content.push({ ...event.content_block });
        break;
      case 'content_block_delta':
        this.delta(event.delta);
        break;
      case 'content_block_stop':
        this.closeBlock();
        break;
      case 'message_delta':
        this.finish(event);
        break;
      case 'message_stop':
        this.stopped = true;
        break;
      default:
        break;
    }
  }

  /** Whether the answer is whole. */
  get complete(): boolean {
    return this.stopped;
  }

  /** The whole answer. Throws `upstream_invalid_answer` when the events ended too early. */
  finished(): Message {
    if (this.message === undefined || !this.stopped) {
      throw new GatewayError('upstream_invalid_answer', 'The upstream closed the stream early.');
    }
    return this.message;
  }

  private delta(delta: Event<'content_block_delta'>['delta']): void {
    const block = this.message?.content.at(-1);
    if (delta.type === 'text_delta' && block?.type === 'text') block.text += delta.text;
    else if (delta.type === 'thinking_delta' && block?.type === 'thinking') block.thinking += delta.thinking;
    else if (delta.type === 'signature_delta' && block?.type === 'thinking') block.signature += delta.signature;
    else if (delta.type === 'input_json_delta') this.json += delta.partial_json;
    else if (delta.type === 'citations_delta' && block?.type === 'text') {
      block.citations = [...(block.citations ?? []), delta.citation];
    }
  }

  private closeBlock(): void {
    const content = this.message?.content;
    const block = content?.at(-1);
    if (this.json !== '' && content && block && isCall(block)) {
      const { input, whole } = parseToolInput(this.json);
      block.input = input;
      if (!whole && block.type === 'tool_use') content[content.length - 1] = cutOffCall(block, this.json);
    }
    this.json = '';
  }

  private finish({ delta, usage, ...rest }: Event<'message_delta'>): void {
    if (this.message === undefined) return;
    const known = Object.entries(usage).filter(([, value]) => value !== null && value !== undefined);
    const { type: _type, ...others } = rest;
    this.message = {
      ...this.message,
      ...others,
      ...delta,
      usage: { ...this.message.usage, ...Object.fromEntries(known) },
    };
  }
}

type CallBlock = Extract<ContentBlock, { type: 'tool_use' | 'server_tool_use' }>;

function isCall(block: ContentBlock): block is CallBlock {
  return block.type === 'tool_use' || block.type === 'server_tool_use';
}

/** The answer that whole events spell out. Throws `upstream_invalid_answer` when they end too early. */
export function messageFromEvents(events: Iterable<MessagesEvent>): Message {
  const accumulator = new MessageAccumulator();
  for (const event of events) accumulator.add(event);
  return accumulator.finished();
}
