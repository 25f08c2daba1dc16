import { GatewayError } from '../gateway-error.js';
import { exactJsonObject } from '../exact-json.js';
import { isObject } from '../json-object.js';
import { parseToolInput } from '../openai/partial-json.js';
import { cutOffCall } from './cut-off-call.js';
import type { Message, MessagesEvent } from './messages.js';

/** Members of deltas that no block has: Anthropic refuses a thinking block that comes back with one. */
const ofProgress: ReadonlySet<string> = new Set(['estimated_tokens']);

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
        this.startBlock(event.content_block);
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

  private startBlock(block: Event<'content_block_start'>['content_block']): void {
    this.message?.content.push({ ...block });
    const goesOn = fallbackModel(block);
    if (this.message && goesOn !== undefined) this.message.model = goesOn;
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
    // Comes whole, once more perhaps than a relay has put it into the start.
    else if (delta.type === 'signature_delta') block.signature = delta.signature;
    else {
      const { type: _type, ...members } = delta;
      for (const [name, value] of Object.entries(members)) {
        if (ofProgress.has(name)) continue;
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
    const { type: _type, ...others } = rest;
    const { message } = this;
    this.message = {
      ...message,
      ...news(message, others),
      ...news(message, delta),
      usage: { ...message.usage, ...news(message.usage, usage) },
    };
  }
}

/** Null takes nothing back: `container` and `input_transformations` are told at the start, and at the end only where they changed. */
function news(before: object, members: object): object {
  return Object.fromEntries(
    Object.entries(members).filter(([name, value]) => (value !== null && value !== undefined) || !(name in before)),
  );
}

/** The model that goes on where the one before it has declined; a plain answer is named after it. */
function fallbackModel(block: object): string | undefined {
  if (!('type' in block) || block.type !== 'fallback' || !('to' in block) || !isObject(block.to)) return undefined;
  return typeof block.to.model === 'string' ? block.to.model : undefined;
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
