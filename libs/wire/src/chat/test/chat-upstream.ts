import type Anthropic from '@anthropic-ai/sdk';
import { MessageStream } from '@anthropic-ai/sdk/lib/MessageStream';

import type { MessagesEvent } from '../../messages/messages.js';
import { capabilitiesFor } from '../../openai/capabilities.js';
import type { ModelCapabilities, UpstreamModel } from '../../openai/upstream-model.js';
import { SseDecoder } from '../../sse/sse-decoder.js';
import type { AnswerContext, StreamReader } from '../../translation.js';
import { ChatStreamReader } from '../from-stream.js';

export type Payload = Readonly<Record<string, unknown>>;

export function upstreamOf(model: string, changes: Partial<ModelCapabilities> = {}): UpstreamModel {
  return { provider: 'openai', model, capabilities: { ...capabilitiesFor(model), ...changes } };
}

export function contextOf(changes: Partial<AnswerContext> = {}): AnswerContext {
  return {
    model: 'claude-opus-5-5',
    upstream: { provider: 'openai', model: 'gpt-4.1' },
    toolNames: new Map([
      ['get_weather', 'get_weather'],
      ['Bash', 'Bash'],
      ['Read', 'Read'],
    ]),
    stopSequences: [],
    thinking: 'shown',
    contextManagement: false,
    ...changes,
  };
}

/** One chunk with the first choice's delta. */
export function delta(content: Payload, finishReason: string | null = null): Payload {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-4.1-2025-04-14',
    choices: [{ index: 0, delta: content, finish_reason: finishReason }],
  };
}

export const role = delta({ role: 'assistant', content: '' });
export const usageChunk: Payload = {
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  choices: [],
  usage: {
    prompt_tokens: 120,
    completion_tokens: 30,
    total_tokens: 150,
    prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 8 },
    completion_tokens_details: { reasoning_tokens: 20 },
  },
};

export function call(index: number, fields: { id?: string; name?: string; arguments?: string }): Payload {
  const { id, ...called } = fields;
  return delta({ tool_calls: [{ index, ...(id && { id, type: 'function' }), function: called }] });
}

/** A stream from its role chunk to `[DONE]`, around these chunks. */
export function whole(chunks: readonly Payload[], finishReason = 'stop'): Payload[] {
  return [role, ...chunks, delta({}, finishReason), usageChunk];
}

export function sseOf(payloads: readonly Payload[], done = true): Uint8Array {
  const lines = payloads.map((payload) => `data: ${JSON.stringify(payload)}\n\n`).join('');
  return new TextEncoder().encode(done ? `${lines}data: [DONE]\n\n` : lines);
}

/** The events of these bytes, cut where `chunkSizes` says, the rest in one piece. */
export function readBytes(
  bytes: Uint8Array,
  reader: Pick<StreamReader, 'read' | 'end'> = new ChatStreamReader(contextOf()),
  chunkSizes: readonly number[] = [],
): MessagesEvent[] {
  const decoder = new SseDecoder();
  const events: MessagesEvent[] = [];
  let at = 0;
  for (const size of [...chunkSizes, bytes.length]) {
    for (const event of decoder.push(bytes.subarray(at, at + size))) events.push(...reader.read(event));
    at += size;
  }
  for (const event of decoder.end()) events.push(...reader.read(event));
  events.push(...reader.end());
  return events;
}

export function readAll(
  payloads: readonly Payload[],
  context: AnswerContext = contextOf(),
  reader = new ChatStreamReader(context),
): MessagesEvent[] {
  return readBytes(sseOf(payloads), reader);
}

/** What Anthropic's own client makes of the events; rejects when they break its grammar. */
export async function accumulated(events: readonly MessagesEvent[]): Promise<Anthropic.Messages.Message> {
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  return MessageStream.fromReadableStream(new Blob([lines]).stream()).finalMessage();
}

/** The deltas of one kind, joined. */
export function joined(
  events: readonly MessagesEvent[],
  kind: 'text_delta' | 'thinking_delta' | 'input_json_delta',
): string {
  return events
    .map((event) => {
      if (event.type !== 'content_block_delta' || event.delta.type !== kind) return '';
      if (event.delta.type === 'text_delta') return event.delta.text;
      return event.delta.type === 'thinking_delta' ? event.delta.thinking : partialJson(event.delta);
    })
    .join('');
}

function partialJson(streamed: Anthropic.Messages.RawContentBlockDelta): string {
  return streamed.type === 'input_json_delta' ? streamed.partial_json : '';
}

/** `start:text stop start:tool_use …`: the grammar of a stream without its deltas. */
export function outline(events: readonly MessagesEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === 'content_block_start') return [`start ${event.index} ${event.content_block.type}`];
    if (event.type === 'content_block_stop') return [`stop ${event.index}`];
    return event.type === 'content_block_delta' ? [] : [event.type];
  });
}
