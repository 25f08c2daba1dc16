import { noteDropped } from '../inbound/dropped-fields.js';
import { isObject, type JsonObject } from '../json-object.js';
import type { Warning } from '../warning.js';

type Members = ReadonlySet<string>;

const cache = ['cache_control', 'prompt_cache_breakpoint'];
const ofEveryMessage = ['role', 'content', 'name', ...cache];
const said: Members = new Set(ofEveryMessage);
const toolResult: Members = new Set([...ofEveryMessage, 'tool_call_id']);
/** With what an answer says a second time in other words, and a client sends back with it. */
const answered: Members = new Set([
  ...ofEveryMessage,
  'audio',
  'function_call',
  'refusal',
  'tool_calls',
  'reasoning_details',
  'annotations',
  'parsed',
  'reasoning',
  'reasoning_content',
]);

/** `index` is left over from the deltas of a stream. */
const toolCall: Members = new Set(['id', 'type', 'function', 'custom', 'index']);
const calledFunction: Members = new Set(['name', 'arguments', 'parsed_arguments']);
const calledCustom: Members = new Set(['name', 'input']);

const parts: ReadonlyMap<unknown, Members> = new Map([
  ['text', new Set(['type', 'text', ...cache])],
  ['refusal', new Set(['type', 'refusal'])],
  ['image_url', new Set(['type', 'image_url', ...cache])],
  ['file', new Set(['type', 'file', ...cache])],
]);
const imageUrl: Members = new Set(['url', 'detail']);
const file: Members = new Set(['file_data', 'file_id', 'filename']);

/** A warning for every member of a message, but not of its content, that nothing reads. */
export function noteMessageMembers(message: JsonObject, path: string, warnings: Warning[]): void {
  noteDropped(message, membersOf(message.role), path, warnings);
  if (isObject(message.function_call)) {
    noteDropped(message.function_call, calledFunction, `${path}.function_call`, warnings);
  }
  if (!Array.isArray(message.tool_calls)) return;
  for (const [index, call] of message.tool_calls.entries()) {
    if (isObject(call)) noteCallMembers(call, `${path}.tool_calls.${index}`, warnings);
  }
}

function membersOf(role: unknown): Members {
  if (role === 'assistant') return answered;
  return role === 'tool' ? toolResult : said;
}

function noteCallMembers(call: JsonObject, path: string, warnings: Warning[]): void {
  noteDropped(call, toolCall, path, warnings);
  if (isObject(call.function)) noteDropped(call.function, calledFunction, `${path}.function`, warnings);
  if (isObject(call.custom)) noteDropped(call.custom, calledCustom, `${path}.custom`, warnings);
}

/** A warning for every member of a part of content that nothing reads. */
export function notePartMembers(part: JsonObject, path: string, warnings: Warning[]): void {
  const known = parts.get(part.type);
  if (known === undefined) return;
  noteDropped(part, known, path, warnings);
  if (isObject(part.image_url)) noteDropped(part.image_url, imageUrl, `${path}.image_url`, warnings);
  if (isObject(part.file)) noteDropped(part.file, file, `${path}.file`, warnings);
}
