import type { MessagesRequest } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { warning } from './compatibility.js';
import type { Effort, ModelCapabilities } from './upstream-model.js';

export interface Sampling {
  readonly temperature?: number;
  readonly top_p?: number;
  readonly warnings: readonly Warning[];
}

/** `temperature` and `top_p` where the model takes them at this effort (models refuse them whenever they reason). */
export function samplingFor(
  request: MessagesRequest,
  capabilities: ModelCapabilities,
  effort: Effort | undefined,
): Sampling {
  // Anthropic's newest types have no sampling any more, while older clients and other dialects still send it.
  const { temperature, top_p: topP } = request as { temperature?: unknown; top_p?: unknown };
  const withTemperature = typeof temperature === 'number';
  const withTopP = typeof topP === 'number';
  if (takesSampling(capabilities, effort)) {
    return { ...(withTemperature && { temperature }), ...(withTopP && { top_p: topP }), warnings: [] };
  }
  const warnings: Warning[] = [];
  // 1 is every model's default, so that nothing is lost with it.
  if (withTemperature && temperature !== 1) warnings.push(warning('temperature_dropped', 'temperature'));
  if (withTopP && topP !== 1) warnings.push(warning('top_p_dropped', 'top_p'));
  return { warnings };
}

function takesSampling({ sampling, reasoningDefaultOn }: ModelCapabilities, effort: Effort | undefined): boolean {
  if (sampling !== 'when-effort-none') return sampling === 'always';
  return effort === 'none' || (effort === undefined && !reasoningDefaultOn);
}
