import type { ErrorContext } from '../gateway-error.js';
import type { UpstreamErrorBody } from './upstream-error-body.js';

interface AskedFor {
  readonly maxTokens?: number;
  readonly contextWindow?: number;
}

export interface TokenLimit {
  readonly message: string;
  readonly context: ErrorContext;
}

const isContext =
  /context[_ ](?:length|window|size|limit)|prompt is too long|input (?:tokens exceed|is too long)|too many (?:input )?tokens/i;
const isOutput =
  /max_(?:completion_|output_)?tokens'?\)? (?:is )?too large|supports at most [\d,]+ (?:completion|output) tokens/i;

/** Shape of a limit in a message: the patterns below name a window, an input, an output. */
const windowPatterns = [
  /maximum context length (?:is|of) ([\d,]+)/i,
  /context (?:window|length|limit|size) (?:is|of) ([\d,]+)/i,
  /configured limit of ([\d,]+)/i,
  /> ([\d,]+) maximum/i,
];
const inputPatterns = [
  /resulted in ([\d,]+) tokens/i,
  /\(([\d,]+) in (?:the |your )?(?:messages|prompt)/i,
  /contains at least ([\d,]+) input tokens/i,
  /has ([\d,]+) input tokens/i,
  /prompt is too long: ([\d,]+)/i,
  /you requested ([\d,]+) tokens/i,
];
const outputPatterns = [
  /([\d,]+) (?:in|for) the completion/i,
  /requested ([\d,]+) output tokens/i,
  /too large: ([\d,]+)/i,
  /provided ([\d,]+)/i,
];
const outputMaximumPatterns = [
  /supports at most ([\d,]+)/i,
  /maximum (?:value|output)\D*([\d,]+)/i,
  /(?:less|smaller) than or equal to ([\d,]+)/i,
];

/** Anthropic's own window, where nobody names one. */
const assumedWindow = 200_000;

/**
 * Anthropic's wording for a request over a token limit, which clients act on to the letter: Claude Code compacts on
 * `prompt is too long: M tokens > N maximum` and lowers `max_tokens` by the other two.
 */
export function tokenLimitMessage(error: UpstreamErrorBody, asked: AskedFor): TokenLimit | undefined {
  const { message } = error;
  const overContext =
    error.code === 'context_length_exceeded' || error.type === 'exceed_context_size_error' || isContext.test(message);
  if (overContext) {
    const window =
      firstNumber(windowPatterns, message) ?? numberIn(error, 'n_ctx') ?? asked.contextWindow ?? assumedWindow;
    const output = firstNumber(outputPatterns, message);
    const input = inputTokens(message, output) ?? numberIn(error, 'n_prompt_tokens');
    if (input !== undefined && output !== undefined && input <= window && input + output > window) {
      return {
        message: `input length and \`max_tokens\` exceed context limit: ${input} + ${output} > ${window}`,
        context: { path: 'max_tokens', openaiCode: 'context_length_exceeded' },
      };
    }
    const tokens = input !== undefined && input > window ? input : window + 1;
    return {
      message: `prompt is too long: ${tokens} tokens > ${window} maximum`,
      context: { openaiCode: 'context_length_exceeded' },
    };
  }
  if (!isOutput.test(message)) return undefined;
  const output = firstNumber(outputPatterns, message) ?? asked.maxTokens;
  const maximum = outputMaximum(message);
  if (output === undefined || maximum === undefined) return undefined;
  return {
    message: `max_tokens: ${output} > ${maximum}, which is the maximum allowed number of output tokens for this model`,
    context: { path: 'max_tokens' },
  };
}

/** OpenAI lists messages and functions apart, so that its total is the surer source. */
function inputTokens(message: string, output: number | undefined): number | undefined {
  const total = firstNumber([/you requested ([\d,]+) tokens/i], message);
  return total !== undefined && output !== undefined && output < total
    ? total - output
    : firstNumber(inputPatterns, message);
}

/** Tokens the model can write at most, out of a refusal that says so. */
export function outputMaximum(message: string): number | undefined {
  return isOutput.test(message) && !isContext.test(message) ? firstNumber(outputMaximumPatterns, message) : undefined;
}

function firstNumber(patterns: readonly RegExp[], message: string): number | undefined {
  for (const pattern of patterns) {
    const digits = pattern.exec(message)?.[1]?.replaceAll(',', '');
    if (digits !== undefined && digits !== '') return Number(digits);
  }
  return undefined;
}

function numberIn(error: UpstreamErrorBody, key: string): number | undefined {
  const value = error.source[key];
  return typeof value === 'number' ? value : undefined;
}
