import { keptPromptCache, type PromptCache } from '../inbound/prompt-cache.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import type { ModelCapabilities } from './upstream-model.js';

/** What an OpenAI client says of the prompt cache, as far as the model takes it; its options came with breakpoints. */
export function promptCacheFor(
  request: MessagesRequest,
  { promptCacheKey, cacheBreakpoints }: ModelCapabilities,
  warnings: Warning[],
): PromptCache {
  return keptPromptCache(
    request,
    (field) => (field === 'prompt_cache_options' ? cacheBreakpoints : promptCacheKey),
    warnings,
  );
}
