import { refuse, tooDeep, wrong } from '../fault.js';
import { isObject } from '../json-object.js';
import { parseToolInput } from '../openai/partial-json.js';
import type { Warning } from '../warning.js';
import { inboundWarning } from './compatibility.js';

/**
 * The `arguments` of a call that a client sends back, as the input of a `tool_use` block. OpenAI's are JSON text, which is read as
 * far as it goes, with a warning where that is not to its end; some clients send the object itself. Throws `invalid_request`.
 */
export function toolInput(args: unknown, path: string, warnings: Warning[]): Record<string, unknown> {
  if (args === undefined || args === null) return {};
  const { input, whole } = isObject(args) ? { input: args, whole: true } : fromText(args, path);
  if (tooDeep(input)) throw refuse({ path, message: 'Input is nested too deeply' });
  if (!whole) warnings.push(inboundWarning('tool_input_repaired', path));
  return input;
}

/** The `input` of a freeform tool's call that a client sends back, as the input of a `tool_use` block. Throws `invalid_request`. */
export function freeformInput(input: unknown, path: string): { input: string } {
  if (input === undefined || input === null) return { input: '' };
  if (typeof input !== 'string') throw refuse(wrong(path, input, 'a valid string'));
  return { input };
}

function fromText(args: unknown, path: string): ReturnType<typeof parseToolInput> {
  if (typeof args !== 'string') throw refuse(wrong(path, args, 'a valid string or object'));
  return parseToolInput(args);
}
