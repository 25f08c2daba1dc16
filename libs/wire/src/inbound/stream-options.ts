import { refuseOtherKinds } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import type { Warning } from '../warning.js';
import { noteDropped } from './dropped-fields.js';

const handled: ReadonlySet<string> = new Set(['include_usage', 'include_obfuscation']);

/** Whether OpenAI's `stream_options` ask for a last chunk with usage. A warning for every member of them that nothing reads. */
export function asksForUsage({ stream_options: options }: JsonObject, warnings: Warning[]): boolean {
  if (!isObject(options)) return false;
  refuseOtherKinds(options, { include_usage: 'boolean' }, 'stream_options');
  noteDropped(options, handled, 'stream_options', warnings);
  return options.include_usage === true;
}
