import type { Call } from './dialect.js';
import type { Directives } from './directives.js';
import { vendorError, type VendorError } from './error-bodies.js';
import { estimateInputTokens } from './token-estimate.js';

/** The vendor's words for a prompt that is longer than the window which `window=` names. */
export function refuseWindow({ vendor, body }: Call, { windowTokens }: Directives): VendorError | undefined {
  if (windowTokens === undefined) return undefined;
  const tokens = estimateInputTokens(body);
  if (tokens <= windowTokens) return undefined;
  if (vendor === 'anthropic') {
    return vendorError(vendor, 400, { message: `prompt is too long: ${tokens} tokens > ${windowTokens} maximum` });
  }
  const responses = body['input'] !== undefined;
  return vendorError(vendor, 400, {
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    param: responses ? 'input' : 'messages',
    message: responses
      ? 'Your input exceeds the context window of this model. Please adjust your input and try again.'
      : `This model's maximum context length is ${windowTokens} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`,
  });
}
