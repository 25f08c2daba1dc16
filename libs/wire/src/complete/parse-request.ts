import { optional, optionalStrings, refuse, wrong } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import { droppedFields, noteDropped } from '../inbound/dropped-fields.js';
import { modelName, numberMember } from '../inbound/options.js';
import type { MessageParam, MessagesRequest } from '../messages/messages.js';
import type { InboundTranslation } from '../translation.js';

/** What a legacy Anthropic completion repeats from its request. */
export interface CompleteEcho {
  readonly model: string;
}

const handled = new Set([
  'model',
  'prompt',
  'max_tokens_to_sample',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'metadata',
  'stream',
]);

const handledOfMetadata: ReadonlySet<string> = new Set(['user_id']);

/** With this the old models stopped by themselves. */
const human = '\n\nHuman:';
const turn = /\n\n(Human|Assistant):/g;

/**
 * A request of Anthropic's `/v1/complete`, its prompt split into turns. Throws `GatewayError` `invalid_request` with the
 * client's own path.
 */
export function parseCompleteRequest(json: unknown): InboundTranslation<CompleteEcho> {
  if (!isObject(json)) throw refuse({ path: '', message: 'The request body should be a JSON object' });
  const fault =
    optionalStrings(json, 'stop_sequences') ??
    optional(json, 'stream', 'boolean') ??
    optional(json, 'metadata', 'object');
  if (fault) throw refuse(fault);
  const model = modelName(json);
  const stops = (json.stop_sequences as string[] | null | undefined) ?? [];
  const metadata =
    isObject(json.metadata) && typeof json.metadata.user_id === 'string' ? json.metadata.user_id : undefined;
  const request: MessagesRequest = {
    model,
    max_tokens: maxTokens(json),
    ...conversation(json),
    stop_sequences: [...new Set([...stops, human])],
    ...(typeof json.stream === 'boolean' && { stream: json.stream }),
    ...numberMember(json, 'temperature', 1),
    ...numberMember(json, 'top_p', 1),
    ...numberMember(json, 'top_k', Number.MAX_SAFE_INTEGER),
    ...(metadata !== undefined && { metadata: { user_id: metadata } }),
  };
  const warnings = droppedFields(json, handled, {});
  if (isObject(json.metadata)) noteDropped(json.metadata, handledOfMetadata, 'metadata', warnings);
  return { request, warnings, echo: { model } };
}

function maxTokens(json: JsonObject): number {
  const value = json.max_tokens_to_sample;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw refuse(wrong('max_tokens_to_sample', value, 'a positive integer'));
}

function conversation(json: JsonObject): Pick<MessagesRequest, 'messages' | 'system'> {
  const { prompt } = json;
  if (typeof prompt !== 'string') throw refuse(wrong('prompt', prompt, 'a valid string'));
  const text = prompt.startsWith('Human:') ? `\n\n${prompt}` : prompt;
  const [system = '', ...pieces] = text.split(turn);
  const messages: MessageParam[] = [];
  for (let index = 0; index < pieces.length; index += 2) {
    const role = pieces[index] === 'Human' ? 'user' : 'assistant';
    messages.push({ role, content: (pieces[index + 1] ?? '').trim() });
  }
  if (messages[0]?.role !== 'user')
    throw refuse({ path: 'prompt', message: `prompt must start with "${escaped(human)}" turn` });
  const last = messages.at(-1);
  if (last?.role !== 'assistant')
    throw refuse({ path: 'prompt', message: 'prompt must end with "\\n\\nAssistant:" turn' });
  // What stands behind the last `Assistant:` is the start of the answer, usually nothing.
  if (last.content === '') messages.pop();
  const spoken = messages.filter((message) => message.content !== '');
  if (spoken.length === 0) throw refuse({ path: 'prompt', message: 'prompt must not be empty' });
  return { messages: spoken, ...(system.trim() !== '' && { system: system.trim() }) };
}

function escaped(text: string): string {
  return text.replaceAll('\n', String.raw`\n`);
}
