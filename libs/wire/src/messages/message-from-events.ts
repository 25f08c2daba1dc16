import { GatewayError } from '../gateway-error.js';
import { exactJsonObject } from '../exact-json.js';
import { parseToolInput } from '../openai/partial-json.js';
import { cutOffCall } from './cut-off-call.js';
import type { Message, MessagesEvent } from './messages.js';

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

  /**
   * A delta says more of the members that it names: their text goes on, or what they had not yet is there. Beta deltas are read
   * by that as well (`compaction_delta`), so that none is lost.
   */
  private delta(delta: Event<'content_block_delta'>['delta']): void {
    const block = this.message?.content.at(-1) as Record<string, unknown> | undefined;
    if (block === undefined) return;
    if (delta.type === 'input_json_delta') this.json += delta.partial_json;
    else if (delta.type === 'citations_delta') block.citations = [...citationsOf(block), delta.citation];
    else {
      const { type: _type, ...members } = delta;
      for (const [name, value] of Object.entries(members)) {
        const before = block[name];
        block[name] = typeof before === 'string' && typeof value === 'string' ? before + value : (value ?? before);
      }
    }
  }

  private closeBlock(): void {
    const content = this.message?.content;
    const block = content?.at(-1);
    if (this.json !== '' && content && block) {
      const { input, whole } = parseToolInput(this.json);
      const called = Object.assign(block, { input: exactJsonObject(this.json) ?? input });
      if (!whole && called.type === 'tool_use') content[content.length - 1] = cutOffCall(called, this.json);
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

function citationsOf({ citations }: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Array.isArray(citations) ? citations : [];
}

/** The answer that whole events spell out. Throws `upstream_invalid_answer` when they end too early. */
export function messageFromEvents(events: Iterable<MessagesEvent>): Message {
  const accumulator = new MessageAccumulator();
  for (const event of events) accumulator.add(event);
  return accumulator.finished();
}
