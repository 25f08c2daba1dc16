import { MessageStream } from '@anthropic-ai/sdk/lib/MessageStream';

import type { Message, MessagesEvent } from '../../messages/messages.js';
import { type SseEvent, SseDecoder } from '../../sse/sse-decoder.js';
import type { AnswerContext } from '../../translation.js';
import { ResponsesStreamReader } from '../from-stream.js';

/** One payload of an upstream's stream. */
export type Payload = { readonly type: string } & Readonly<Record<string, unknown>>;

export function contextOf(overrides: Partial<AnswerContext> = {}): AnswerContext {
  return {
    model: 'claude-opus-5-5',
    upstream: { provider: 'azure-openai', model: 'gpt-5.6' },
    toolNames: new Map([
      ['get_weather', 'get_weather'],
      ['Bash', 'Bash'],
    ]),
    stopSequences: [],
    thinking: 'shown',
    contextManagement: false,
    ...overrides,
  };
}

export const usage = {
  input_tokens: 120,
  input_tokens_details: { cached_tokens: 100, cache_write_tokens: 8 },
  output_tokens: 30,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 150,
};

export function responseOf(output: readonly unknown[], overrides: Readonly<Record<string, unknown>> = {}): Payload {
  return {
    id: 'resp_1',
    object: 'response',
    type: 'response',
    status: 'completed',
    model: 'gpt-5.6-2026-07-01',
    error: null,
    incomplete_details: null,
    output,
    usage,
    service_tier: 'default',
    ...overrides,
  };
}

export function messageItem(text: string, overrides: Readonly<Record<string, unknown>> = {}): Payload {
  return {
    id: 'msg_up',
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
    ...overrides,
  };
}

export function callItem(name: string, args: string, overrides: Readonly<Record<string, unknown>> = {}): Payload {
  return {
    id: `fc_${name}`,
    type: 'function_call',
    call_id: `call_${name}`,
    name,
    arguments: args,
    status: 'completed',
    ...overrides,
  };
}

export function reasoningItem(summary: readonly string[], encrypted?: string): Payload {
  return {
    id: 'rs_1',
    type: 'reasoning',
    summary: summary.map((text) => ({ type: 'summary_text', text })),
    ...(encrypted === undefined ? {} : { encrypted_content: encrypted }),
  };
}

/** The events with which OpenAI streams an item; `pieces` is into how many deltas its text is cut. */
export function itemEvents(item: Payload, outputIndex: number, pieces = 3): Payload[] {
  const at = { output_index: outputIndex, item_id: item.id };
  const events: Payload[] = [];
  if (item.type === 'message') {
    const [part] = item.content as [{ text: string }];
    const here = { ...at, content_index: 0 };
    events.push({ type: 'response.content_part.added', ...here, part: { ...part, text: '' } });
    for (const delta of cut(part.text, pieces))
      events.push({ type: 'response.output_text.delta', ...here, delta, logprobs: [] });
    events.push({ type: 'response.output_text.done', ...here, text: part.text });
    events.push({ type: 'response.content_part.done', ...here, part });
  } else if (item.type === 'function_call') {
    for (const delta of cut(String(item.arguments), pieces)) {
      events.push({ type: 'response.function_call_arguments.delta', ...at, delta });
    }
    events.push({ type: 'response.function_call_arguments.done', ...at, arguments: item.arguments });
  } else if (item.type === 'reasoning') {
    for (const [index, part] of (item.summary as { text: string }[]).entries()) {
      const here = { ...at, summary_index: index };
      events.push({ type: 'response.reasoning_summary_part.added', ...here, part: { type: 'summary_text', text: '' } });
      for (const delta of cut(part.text, pieces)) {
        events.push({ type: 'response.reasoning_summary_text.delta', ...here, delta });
      }
      events.push({ type: 'response.reasoning_summary_text.done', ...here, text: part.text });
      events.push({ type: 'response.reasoning_summary_part.done', ...here, part });
    }
  }
  return [
    { type: 'response.output_item.added', ...at, item: begun(item) },
    ...events,
    { type: 'response.output_item.done', ...at, item },
  ];
}

function begun(item: Payload): Payload {
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] };
  if (item.type === 'function_call') return { ...item, status: 'in_progress', arguments: '' };
  return item.type === 'reasoning' ? { ...item, summary: [], encrypted_content: 'incomplete' } : item;
}

function cut(text: string, pieces: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(text.slice(at, at + size));
  return parts;
}

/** A whole stream as OpenAI sends one. */
export function streamOf(items: readonly Payload[], overrides: Readonly<Record<string, unknown>> = {}): Payload[] {
  return framed(
    items.flatMap((item, index) => itemEvents(item, index)),
    items,
    overrides,
  );
}

/** Item events between the events that begin and end every stream. */
export function framed(
  events: readonly Payload[],
  output: readonly Payload[],
  overrides: Readonly<Record<string, unknown>> = {},
): Payload[] {
  const started = responseOf([], { status: 'in_progress', usage: null });
  const ended = responseOf(output, overrides);
  return [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    ...events,
    { type: `response.${String(ended.status)}`, response: ended },
  ];
}

export function sseOf(payload: Payload): SseEvent {
  return { event: payload.type, data: JSON.stringify(payload) };
}

export function sseBytes(payloads: readonly Payload[]): Uint8Array {
  const text = payloads.map((payload) => `event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`).join('');
  return new TextEncoder().encode(text);
}

/** All events that the payloads become; the answer must be whole. */
export function readAll(
  payloads: readonly Payload[],
  context = contextOf(),
  reader = new ResponsesStreamReader(context),
): MessagesEvent[] {
  const events = payloads.flatMap((payload) => [...reader.read(sseOf(payload))]);
  return [...events, ...reader.end()];
}

/** As {@link readAll}, by way of bytes that arrive in these chunks. */
export function readBytes(chunks: Iterable<Uint8Array>, context = contextOf()): MessagesEvent[] {
  const decoder = new SseDecoder();
  const reader = new ResponsesStreamReader(context);
  const events: MessagesEvent[] = [];
  for (const chunk of chunks) for (const event of decoder.push(chunk)) events.push(...reader.read(event));
  for (const event of decoder.end()) events.push(...reader.read(event));
  return [...events, ...reader.end()];
}

/** What Anthropic's own SDK makes of the events. */
export async function accumulated(events: readonly MessagesEvent[]): Promise<Message> {
  const lines = new TextEncoder().encode(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const body = new ReadableStream<Uint8Array>({
    start(controller): void {
      controller.enqueue(lines);
      controller.close();
    },
  });
  const message = await MessageStream.fromReadableStream(body).finalMessage();
  // The SDK's `input` is a getter and its snapshot has members of its own.
  const { parsed_output: _, ...plain } = structuredClone(JSON.parse(JSON.stringify(message))) as Message & {
    parsed_output?: unknown;
  };
  return plain;
}
