import type OpenAI from 'openai';
import type { Answer } from './answer.js';
import { cutIntoDeltas } from './frame.js';
import type { OutputItem } from './responses-items.js';

type StreamEvent = OpenAI.Responses.ResponseStreamEvent;
type WithoutNumber<Event> = Event extends { sequence_number: number } ? Omit<Event, 'sequence_number'> : never;
/** Events of one item, as the SDK types them. */
type ItemEvent = WithoutNumber<Exclude<StreamEvent, { response: unknown }>>;

export interface ResponsesEvent {
  readonly event: { readonly type: string; readonly response?: object };
  /** What the model says in it, for pacing. */
  readonly said?: string;
}

/** The events of all items, one item after the other; function calls may alternate. */
export function responseItemEvents(items: readonly OutputItem[], answer: Answer): ResponsesEvent[] {
  const lanes = items.map((item, index) => [...itemEvents(item, index, answer)]);
  if (!answer.interleave) return lanes.flat();
  const plain = lanes.filter((_, index) => items[index]?.type !== 'function_call');
  const calls = lanes.filter((_, index) => items[index]?.type === 'function_call');
  const longest = Math.max(0, ...calls.map((lane) => lane.length));
  const alternating = Array.from({ length: longest }, (_, step) => calls.flatMap((lane) => lane.slice(step, step + 1)));
  return [...plain.flat(), ...alternating.flat()];
}

function* itemEvents(item: OutputItem, outputIndex: number, answer: Answer): Generator<ResponsesEvent> {
  yield said({ type: 'response.output_item.added', output_index: outputIndex, item: started(item) });
  if (item.type === 'reasoning') yield* reasoningEvents(item, outputIndex);
  else if (item.type === 'message') yield* messageEvents(item, outputIndex, answer.deltas);
  else yield* callEvents(item, outputIndex);
  yield said({ type: 'response.output_item.done', output_index: outputIndex, item });
}

function* reasoningEvents(
  item: OpenAI.Responses.ResponseReasoningItem,
  output_index: number,
): Generator<ResponsesEvent> {
  for (const [summary_index, part] of item.summary.entries()) {
    const at = { item_id: item.id, output_index, summary_index };
    yield said({ type: 'response.reasoning_summary_part.added', ...at, part: { type: 'summary_text', text: '' } });
    for (const delta of cutIntoDeltas(part.text)) {
      yield said({ type: 'response.reasoning_summary_text.delta', ...at, delta }, delta);
    }
    yield said({ type: 'response.reasoning_summary_text.done', ...at, text: part.text });
    yield said({ type: 'response.reasoning_summary_part.done', ...at, part });
  }
}

function* messageEvents(
  item: OpenAI.Responses.ResponseOutputMessage,
  output_index: number,
  deltas: number | undefined,
): Generator<ResponsesEvent> {
  for (const [content_index, part] of item.content.entries()) {
    const at = { item_id: item.id, output_index, content_index };
    if (part.type === 'refusal') {
      yield said({ type: 'response.content_part.added', ...at, part: { ...part, refusal: '' } });
      for (const delta of cutIntoDeltas(part.refusal, deltas))
        yield said({ type: 'response.refusal.delta', ...at, delta }, delta);
      yield said({ type: 'response.refusal.done', ...at, refusal: part.refusal });
    } else {
      yield said({ type: 'response.content_part.added', ...at, part: { ...part, text: '' } });
      for (const delta of cutIntoDeltas(part.text, deltas)) {
        yield said({ type: 'response.output_text.delta', ...at, delta, logprobs: [] }, delta);
      }
      yield said({ type: 'response.output_text.done', ...at, text: part.text, logprobs: [] });
    }
    yield said({ type: 'response.content_part.done', ...at, part });
  }
}

function* callEvents(item: OpenAI.Responses.ResponseFunctionToolCall, output_index: number): Generator<ResponsesEvent> {
  const at = { item_id: item.id ?? '', output_index };
  for (const delta of cutIntoDeltas(item.arguments, Math.ceil(item.arguments.length / 12))) {
    yield said({ type: 'response.function_call_arguments.delta', ...at, delta }, delta);
  }
  yield said({ type: 'response.function_call_arguments.done', ...at, arguments: item.arguments });
}

/** An item before anything of it has been said. */
function started(item: OutputItem): OutputItem {
  if (item.type === 'reasoning') return { ...item, summary: [] };
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] };
  return { ...item, status: 'in_progress', arguments: '' };
}

function said(event: ItemEvent, text?: string): ResponsesEvent {
  return text === undefined ? { event } : { event, said: text };
}
