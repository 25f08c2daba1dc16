import { type DroppedField, noteDropped } from '../inbound/dropped-fields.js';
import type { JsonObject } from '../json-object.js';
import type { Warning } from '../warning.js';

type Members = ReadonlySet<string>;

/** Labels of OpenAI's own for what it stores. */
const labels = ['type', 'id', 'status'];
const call = [...labels, 'call_id', 'name', 'namespace', 'caller'];
const output: Members = new Set([...call, 'output', 'created_by']);

const items: ReadonlyMap<unknown, Members> = new Map([
  ['message', new Set([...labels, 'role', 'content', 'phase'])],
  ['function_call', new Set([...call, 'arguments'])],
  ['custom_tool_call', new Set([...call, 'input'])],
  ['function_call_output', output],
  ['custom_tool_call_output', output],
  ['reasoning', new Set([...labels, 'summary', 'content', 'encrypted_content'])],
  ['additional_tools', new Set([...labels, 'role', 'tools'])],
]);

const cache = ['cache_control', 'prompt_cache_breakpoint'];
const text: Members = new Set(['type', 'text', ...cache]);

const parts: ReadonlyMap<unknown, Members> = new Map([
  ['input_text', text],
  ['text', text],
  ['output_text', new Set([...text, 'annotations', 'logprobs'])],
  ['refusal', new Set(['type', 'refusal', ...cache])],
  ['input_image', new Set(['type', 'image_url', 'file_id', 'detail', ...cache])],
  ['input_file', new Set(['type', 'file_url', 'file_data', 'file_id', 'filename', 'detail', ...cache])],
]);

const dropped: Readonly<Record<string, DroppedField>> = {
  async: { warning: 'unknown_field_dropped', default: false },
};

/** A warning for every member of an input item, but not of its content, that nothing reads. */
export function noteItemMembers(item: JsonObject, path: string, warnings: Warning[]): void {
  const known = items.get(item.type ?? 'message');
  if (known !== undefined) noteDropped(item, known, path, warnings, dropped);
}

/** A warning for every member of a part of content that nothing reads. */
export function notePartMembers(part: JsonObject, path: string, warnings: Warning[]): void {
  const known = parts.get(part.type);
  if (known !== undefined) noteDropped(part, known, path, warnings);
}
