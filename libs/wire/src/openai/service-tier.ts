import { wantsPriorityTier } from '../inbound/priority-tier.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { warning } from './compatibility.js';
import type { ModelCapabilities } from './upstream-model.js';

/** `service_tier` out of Anthropic's `service_tier` and `speed`, or of OpenAI's own `service_tier`; `undefined` sends none. */
export function serviceTierFor(
  request: MessagesRequest,
  capabilities: ModelCapabilities,
  warnings: Warning[],
): 'auto' | 'default' | 'priority' | undefined {
  if (request.speed === 'fast') {
    if (capabilities.priorityTier) return 'priority';
    warnings.push(warning('speed_dropped', 'speed'));
  }
  if (wantsPriorityTier(request)) {
    if (capabilities.priorityTier) return 'priority';
    warnings.push(warning('service_tier_dropped', 'service_tier'));
  }
  switch (request.service_tier) {
    case 'auto':
      // What a server without tiers does anyway.
      return capabilities.serviceTier ? 'auto' : undefined;
    case 'standard_only':
      if (capabilities.serviceTier) return 'default';
      warnings.push(warning('service_tier_dropped', 'service_tier'));
      return undefined;
    default:
      return undefined;
  }
}
