import type { ResponsesAnswer } from './responses-answer.js';
import { type JsonObject, objectIn, stringIn } from '../json-object.js';
import type { MessageWriter } from '../openai/message-writer.js';
import { StreamedFunctionCall } from './streamed-function-call.js';
import type { StreamedItem } from './streamed-item.js';
import { StreamedMessage } from './streamed-message.js';
import { StreamedReasoning } from './streamed-reasoning.js';
import { StreamedWholeItem } from './streamed-whole-item.js';

interface ItemEvent {
  readonly type: string;
  readonly event: JsonObject;
}

interface Slot {
  readonly index: number;
  item: StreamedItem | undefined;
  /** The item's `type`. */
  type: string;
  done: boolean;
  /** Events that came while another item's block was open. */
  readonly waiting: ItemEvent[];
}

/**
 * Brings the output items, whose events may interleave, into the one-block-at-a-time order of Anthropic's streams. Items are
 * told apart by `output_index`: some servers give one item another id in every event.
 */
export class ItemOrder {
  private readonly slots = new Map<number, Slot>();
  private speaker: Slot | undefined;
  private anyWaiting = false;

  constructor(
    private readonly writer: MessageWriter,
    private readonly answer: ResponsesAnswer,
  ) {}

  read(type: string, event: JsonObject): void {
    const slot = this.slotOf(type, event);
    if (slot !== this.speaker) {
      if (this.writer.isOpen && !this.yielded()) {
        slot.waiting.push({ type, event });
        this.anyWaiting = true;
        return;
      }
      this.speaker = slot;
    }
    this.deliver(slot, type, event);
    if (this.anyWaiting && (!this.writer.isOpen || this.yielded())) this.drain();
  }

  /** The answer is over: what is still open or waiting is written, and what of the final `output` no event has told of. */
  finish(output: readonly JsonObject[]): void {
    if (this.speaker !== undefined) this.finishSlot(this.speaker, output);
    for (const slot of [...this.slots.values()].toSorted((a, b) => a.index - b.index)) this.finishSlot(slot, output);
    if (this.slots.size >= output.length) return;
    for (const index of output.keys()) {
      if (!this.slots.has(index)) this.finishSlot(this.newSlot(index), output);
    }
  }

  private slotOf(type: string, event: JsonObject): Slot {
    const { output_index: index } = event;
    if (typeof index === 'number') {
      return this.speaker?.index === index ? this.speaker : (this.slots.get(index) ?? this.newSlot(index));
    }
    if (this.speaker === undefined || type === 'response.output_item.added') return this.newSlot(this.slots.size);
    return this.speaker;
  }

  private newSlot(index: number): Slot {
    const slot: Slot = { index, item: undefined, type: '', done: false, waiting: [] };
    this.slots.set(index, slot);
    return slot;
  }

  /** Closes the speaker's block if its content is whole. */
  private yielded(): boolean {
    const item = this.speaker?.item;
    if (item === undefined || !item.settled) return false;
    item.close();
    return true;
  }

  private drain(): void {
    for (const slot of [...this.slots.values()].toSorted((a, b) => a.index - b.index)) {
      if (slot.waiting.length === 0) continue;
      this.speaker = slot;
      this.deliverWaiting(slot);
      if (this.writer.isOpen && !this.yielded()) return;
    }
    this.anyWaiting = false;
  }

  private deliverWaiting(slot: Slot): void {
    for (const { type, event } of slot.waiting.splice(0)) this.deliver(slot, type, event);
  }

  private deliver(slot: Slot, type: string, event: JsonObject): void {
    if (this.answer.stopSequence !== null) return;
    if (type === 'response.output_item.added') {
      this.itemOf(slot, objectIn(event, 'item') ?? {});
    } else if (type === 'response.output_item.done') {
      this.done(slot, objectIn(event, 'item') ?? {});
    } else {
      const item = slot.item ?? this.itemOf(slot, { type: itemTypeOf(type) });
      item?.read(type, event);
    }
  }

  private done(slot: Slot, item: JsonObject): void {
    if (slot.done || stringIn(item, 'type') === '') return;
    slot.done = true;
    this.itemOf(slot, item)?.done(item);
  }

  private finishSlot(slot: Slot, output: readonly JsonObject[]): void {
    this.speaker = slot;
    this.deliverWaiting(slot);
    if (this.answer.stopSequence !== null) return;
    const final = output[slot.index];
    if (final !== undefined && (slot.type === '' || slot.type === final.type)) this.done(slot, final);
    slot.item?.close();
  }

  private itemOf(slot: Slot, item: JsonObject): StreamedItem | undefined {
    if (slot.item !== undefined) return slot.item;
    slot.type = stringIn(item, 'type');
    slot.item = this.newItem(slot, item);
    return slot.item;
  }

  private newItem({ type, index }: Slot, item: JsonObject): StreamedItem | undefined {
    switch (type) {
      case '':
        return undefined;
      case 'message':
        return new StreamedMessage(this.writer, this.answer);
      case 'reasoning':
        return new StreamedReasoning(item, index, this.writer, this.answer);
      case 'function_call':
        return new StreamedFunctionCall(item, `output.${index}`, this.writer, this.answer);
      default:
        return new StreamedWholeItem(`output.${index}`, this.writer, this.answer);
    }
  }
}

/** Whether an event tells of an output item, for servers that leave `output_index` out. */
export function isItemEvent(eventType: string): boolean {
  return eventType.startsWith('response.output_item.') || itemTypeOf(eventType) !== '';
}

/** For servers that never announce their items: the type of the item that has such events. */
function itemTypeOf(eventType: string): string {
  if (eventType.startsWith('response.function_call_arguments.')) return 'function_call';
  if (eventType.startsWith('response.reasoning_')) return 'reasoning';
  return /^response\.(?:output_text|refusal|content_part)\./.test(eventType) ? 'message' : '';
}
