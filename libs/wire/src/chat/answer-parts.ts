import type OpenAI from 'openai';
import { GatewayError } from '../gateway-error.js';
import { isCutShort } from '../inbound/cut-short.js';
import { thinkingEnvelope } from '../inbound/thinking-envelope.js';
import type { ContentBlock, StopReason, Usage } from '../messages/messages.js';

type FinishReason = OpenAI.Chat.Completions.ChatCompletion.Choice['finish_reason'];
type Annotation = OpenAI.Chat.Completions.ChatCompletionMessage.Annotation;
type ThinkingBlock = Extract<ContentBlock, { type: 'thinking' | 'redacted_thinking' }>;
type TextBlock = Extract<ContentBlock, { type: 'text' }>;

/**
 * Reasoning beside the answer, in the form that OpenRouter made common: clients that know it send it back with the message,
 * and so the signature survives a round trip.
 */
export interface ReasoningDetail {
  readonly type: 'reasoning.text' | 'reasoning.encrypted';
  readonly text?: string;
  readonly signature?: string;
  readonly data?: string;
  readonly format: 'anthropic-claude-v1';
  readonly index: number;
}

/** `undefined` where there is nothing that could be replayed. */
export function reasoningDetail(block: ThinkingBlock, model: string, index: number): ReasoningDetail | undefined {
  const envelope = thinkingEnvelope(block, model);
  if (envelope === undefined) return undefined;
  if (block.type === 'redacted_thinking') {
    return { type: 'reasoning.encrypted', data: envelope, format: 'anthropic-claude-v1', index };
  }
  return { type: 'reasoning.text', text: block.thinking, signature: envelope, format: 'anthropic-claude-v1', index };
}

export function finishReason(stopReason: StopReason | null, legacyFunctions: boolean): FinishReason {
  if (isCutShort(stopReason)) return 'length';
  switch (stopReason) {
    case 'tool_use':
      return legacyFunctions ? 'function_call' : 'tool_calls';
    case 'refusal':
      return 'content_filter';
    default:
      return 'stop';
  }
}

/** A legacy `function_call` holds one call; of several, the client would lose all but one, or be given one made of all. */
export function severalFunctionCalls(): GatewayError {
  return new GatewayError(
    'upstream_invalid_answer',
    'The model called several functions at once, and `function_call` holds one: declare them as `tools`',
  );
}

/** OpenAI counts cached tokens inside the prompt, Anthropic beside it. */
export function chatUsage(usage: Usage): OpenAI.CompletionUsage {
  const cached = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  const prompt = usage.input_tokens + cached + written;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output_tokens,
    total_tokens: prompt + usage.output_tokens,
    prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
    completion_tokens_details: { reasoning_tokens: usage.output_tokens_details?.thinking_tokens ?? 0 },
  };
}

/** Web citations of a text that begins at `offset` of the whole answer; Anthropic cites a block, OpenAI a range. */
export function urlAnnotations(block: TextBlock, offset: number): Annotation[] {
  return (block.citations ?? []).flatMap((citation) =>
    citation.type === 'web_search_result_location'
      ? {
          type: 'url_citation',
          url_citation: {
            url: citation.url,
            title: citation.title ?? '',
            start_index: offset,
            end_index: offset + block.text.length,
          },
        }
      : [],
  );
}

/** `chatcmpl-…` for a message id. */
export function chatId(messageId: string): string {
  return `chatcmpl-${messageId.replace(/^msg_/, '')}`;
}
