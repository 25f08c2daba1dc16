import { noOutputLimit } from '../inbound/output-limit.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { warning } from './compatibility.js';
import type { ModelCapabilities } from './upstream-model.js';

/** Responses refuses less. */
const responsesMinimum = 16;

/**
 * `max_tokens` within what the model and its API accept; Claude Code asks for up to 128,000. Undefined for a client that named
 * no limit: the upstream knows its own better than our table does.
 */
export function maxOutputTokens(
  request: MessagesRequest,
  capabilities: ModelCapabilities,
  warnings: Warning[],
): number | undefined {
  const asked = request.max_tokens;
  if (asked === noOutputLimit) return undefined;
  const minimum = Math.max(capabilities.minOutput, capabilities.api === 'responses' ? responsesMinimum : 1);
  if (asked > capabilities.maxOutput) warnings.push(warning('max_tokens_clamped', 'max_tokens'));
  if (asked < minimum) warnings.push(warning('max_tokens_raised', 'max_tokens'));
  return Math.max(minimum, Math.min(asked, capabilities.maxOutput));
}
