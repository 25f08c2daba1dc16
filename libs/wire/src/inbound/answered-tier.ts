import type { Usage } from '../messages/messages.js';

/** The `service_tier` of an answer in OpenAI's words; `undefined` where it is not told, or OpenAI has no word for it. */
export function answeredTier({ service_tier: tier }: Usage): 'default' | 'priority' | undefined {
  if (tier === 'priority') return tier;
  return tier === 'standard' ? 'default' : undefined;
}
