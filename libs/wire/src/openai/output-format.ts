import { hasLooseSchema } from '../inbound/loose-schema.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { warning } from './compatibility.js';
import { isStrictSchema } from './tool-schema.js';
import type { ModelCapabilities } from './upstream-model.js';

export interface OutputSchema {
  /** OpenAI demands one. */
  readonly name: string;
  readonly schema: Record<string, unknown>;
  readonly strict: boolean;
}

/** The schema that the answer is to follow, from `output_config.format` or the older `output_format`. */
export function outputSchema(
  request: MessagesRequest,
  capabilities: ModelCapabilities,
  warnings: Warning[],
): OutputSchema | undefined {
  const current = request.output_config?.format;
  const format = current ?? request.output_format;
  if (format === undefined || format === null) return undefined;
  const path = current ? 'output_config.format' : 'output_format';
  // Another type has no schema to send, and none is known to the gateway.
  if (!capabilities.jsonSchema || format.type !== 'json_schema') {
    warnings.push(warning('output_format_dropped', path));
    return undefined;
  }
  const loose = hasLooseSchema(format);
  const strict = !loose && isStrictSchema(format.schema);
  if (!strict && !loose) warnings.push(warning('output_format_not_strict', path));
  return { name: 'structured_output', schema: format.schema, strict };
}
