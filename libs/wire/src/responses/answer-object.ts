import type OpenAI from 'openai';
import type { StopReason, Usage } from '../messages/messages.js';
import { answeredTier } from '../inbound/answered-tier.js';
import { isCutShort } from '../inbound/cut-short.js';
import type { ResponsesEcho } from './parse-request.js';

type Response = OpenAI.Responses.Response;

/** `resp_…` for a message id. */
export function responseId(messageId: string): string {
  return `resp_${messageId.replace(/^msg_/, '')}`;
}

/** A response object that has been begun, with the client's settings in it. */
export function begunResponse(id: string, createdAt: number, echo: ResponsesEcho): Response {
  const response = {
    id,
    object: 'response',
    created_at: createdAt,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    model: echo.model,
    output: [],
    usage: null,
    ...echo.settings,
  };
  // The settings are the client's own words, which are not checked again on their way back.
  return response as unknown as Response;
}

/** The same response when the answer has ended. */
export function endedResponse(
  begun: Response,
  output: Response['output'],
  stopReason: StopReason | null,
  usage: Usage,
): Response {
  const reason = incompleteReason(stopReason);
  const tier = answeredTier(usage);
  return {
    ...begun,
    ...(tier && { service_tier: tier }),
    status: reason ? 'incomplete' : 'completed',
    ...(!reason && { completed_at: Math.floor(Date.now() / 1000) }),
    incomplete_details: reason ? { reason } : null,
    output,
    usage: responsesUsage(usage),
  };
}

function incompleteReason(stopReason: StopReason | null): 'max_output_tokens' | 'content_filter' | undefined {
  if (stopReason === 'refusal') return 'content_filter';
  return isCutShort(stopReason) ? 'max_output_tokens' : undefined;
}

/** OpenAI counts cached tokens inside the input, Anthropic beside it. */
function responsesUsage(usage: Usage): OpenAI.Responses.ResponseUsage {
  const cached = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  const input = usage.input_tokens + cached + written;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
    output_tokens: usage.output_tokens,
    output_tokens_details: { reasoning_tokens: usage.output_tokens_details?.thinking_tokens ?? 0 },
    total_tokens: input + usage.output_tokens,
  };
}
