import { contextOf, sseOf } from '../../chat/test/chat-upstream.js';
import { ChatStreamReader } from '../../chat/from-stream.js';
import type { MessagesEvent } from '../../messages/messages.js';
import { MessagesStreamReader } from '../../messages/from-stream.js';
import { ResponsesStreamReader } from '../../responses/from-stream.js';
import { responseOf } from '../../responses/test/responses-upstream.js';
import { SseDecoder } from '../../sse/sse-decoder.js';
import type { StreamReader } from '../../translation.js';

export type Payload = Readonly<Record<string, unknown>>;

export function eventsOf(reader: StreamReader, bytes: Uint8Array): MessagesEvent[] {
  const decoder = new SseDecoder();
  const events = [...decoder.push(bytes), ...decoder.end()].flatMap((event) => reader.read(event));
  return [...events, ...reader.end()];
}

export function chatEvents(...chunks: Payload[]): MessagesEvent[] {
  return eventsOf(new ChatStreamReader(contextOf()), sseOf(chunks));
}

export function responsesStream(...events: Payload[]): Uint8Array {
  return Buffer.from(
    events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  );
}

export function responsesEvents(...events: Payload[]): MessagesEvent[] {
  return eventsOf(new ResponsesStreamReader(contextOf()), responsesStream(...events));
}

export function functionItem(id: string, args = '', status = 'completed'): Payload {
  return { type: 'function_call', id: `fc_${id}`, call_id: id, name: 'Bash', arguments: args, status };
}

export function added(index: number, item: Payload): Payload {
  return { type: 'response.output_item.added', output_index: index, item };
}

export function argumentsDone(index: number, args: string): Payload {
  return { type: 'response.function_call_arguments.done', output_index: index, arguments: args };
}

export function itemDone(index: number, item: Payload): Payload {
  return { type: 'response.output_item.done', output_index: index, item };
}

export function completed(...output: Payload[]): Payload {
  return { type: 'response.completed', response: responseOf(output) };
}

export function messagesEvents(...events: Payload[]): MessagesEvent[] {
  const bytes = Buffer.from(
    events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  );
  return eventsOf(new MessagesStreamReader(contextOf()), bytes);
}
