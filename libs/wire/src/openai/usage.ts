import type { Usage } from '../messages/messages.js';
import { isObject } from '../json-object.js';

/**
 * Anthropic's usage out of the usage object of a Chat or a Responses answer, in tokens; `undefined` when there is none to read.
 * OpenAI counts cached tokens inside the prompt, Anthropic beside it.
 */
export function usageFromOpenai(usage: unknown, serviceTier?: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const prompt = count(usage.prompt_tokens) ?? count(usage.input_tokens);
  const completion = count(usage.completion_tokens) ?? count(usage.output_tokens);
  if (prompt === undefined && completion === undefined) return undefined;
  const inputDetails = detailsOf(usage, 'prompt_tokens_details', 'input_tokens_details');
  const outputDetails = detailsOf(usage, 'completion_tokens_details', 'output_tokens_details');
  const cacheRead =
    count(inputDetails?.cached_tokens) ?? count(usage.prompt_cache_hit_tokens) ?? count(usage.cached_tokens) ?? 0;
  const written = isObject(inputDetails?.cache_write_tokens_details) ? inputDetails.cache_write_tokens_details : {};
  const ofHours = count(written.ttl_12h_tokens) ?? 0;
  const cacheWrite = count(inputDetails?.cache_write_tokens) ?? ofHours + (count(written.ttl_30m_tokens) ?? 0);
  const lasting = Math.min(ofHours, cacheWrite);
  const reasoning = count(outputDetails?.reasoning_tokens) ?? count(usage.reasoning_tokens);
  const input = prompt ?? 0;
  return {
    ...noUsage(),
    input_tokens: Math.max(0, input - cacheRead - cacheWrite),
    cache_read_input_tokens: cacheRead,
    cache_creation_input_tokens: cacheWrite,
    // Of Anthropic's two kinds, the longer is the nearest to twelve hours.
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite - lasting, ephemeral_1h_input_tokens: lasting },
    output_tokens: wholeOutput(input, completion ?? 0, reasoning ?? 0, count(usage.total_tokens)),
    output_tokens_details: reasoning === undefined ? null : { thinking_tokens: reasoning },
    ...tierOf(serviceTier),
  };
}

/** All zero: what a stream's start says, where nothing is known yet. */
export function noUsage(): Usage {
  return {
    input_tokens: 0,
    output_tokens: 0,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: null,
    inference_geo: null,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: null,
    speed: null,
  };
}

/** For an upstream that counted nothing: four characters are about a token. */
export function estimatedUsage(outputChars: number, inputTokens = 0): Usage {
  return { ...noUsage(), input_tokens: inputTokens, output_tokens: Math.ceil(outputChars / 4) };
}

/** Some of xAI's and DeepSeek's models count the reasoning beside the completion; their total tells. */
function wholeOutput(prompt: number, completion: number, reasoning: number, total: number | undefined): number {
  return reasoning > 0 && total === prompt + completion + reasoning ? completion + reasoning : completion;
}

function tierOf(serviceTier: unknown): Pick<Usage, 'service_tier' | 'speed'> {
  if (typeof serviceTier !== 'string' || serviceTier === '') return { service_tier: null, speed: null };
  return serviceTier === 'priority' || serviceTier === 'fast'
    ? { service_tier: 'priority', speed: 'fast' }
    : { service_tier: 'standard', speed: null };
}

function detailsOf(
  usage: Record<string, unknown>,
  chat: string,
  responses: string,
): Record<string, unknown> | undefined {
  const details = usage[chat] ?? usage[responses];
  return isObject(details) ? details : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.trunc(value) : undefined;
}
