import type OpenAI from 'openai';
import type { Answer } from './answer.js';
import { azureFirstChunk, azureFilterResults } from './azure-dress.js';
import type { Call } from './dialect.js';
import { cutIntoDeltas, dataFrame, type Frame } from './frame.js';
import { isRecord } from './json-reader.js';
import { refusalText } from './refusal-text.js';
import type { TokenUsage } from './token-usage.js';
import { uniqueId } from './unique-id.js';

type Completion = OpenAI.Chat.Completions.ChatCompletion;
type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
type FinishReason = Completion['choices'][number]['finish_reason'];
/** `reasoning_content` is what DeepSeek and those who follow it add. */
type Delta = Chunk['choices'][number]['delta'] & { readonly reasoning_content?: string };

/** `POST …/chat/completions` without `stream`. */
export function chatCompletion(answer: Answer, call: Call): object {
  const refuses = answer.stop === 'refusal';
  const content = refuses || (answer.text === '' && answer.tools.length > 0) ? null : answer.text;
  const toolCalls = answer.tools.map(({ name, input }) => functionCall(uniqueId('call_', 24), name, input));
  const message: Completion['choices'][number]['message'] = {
    role: 'assistant',
    content,
    refusal: refuses ? refusalText(answer) : null,
    annotations: [],
    ...(answer.thinking === undefined ? {} : { reasoning_content: answer.thinking }),
    ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}),
  };
  const choice = { index: 0, message, logprobs: null, finish_reason: finishReason(answer, call) };
  const azure = call.vendor === 'azure';
  return {
    id: uniqueId('chatcmpl-', 29),
    object: 'chat.completion',
    created: nowSeconds(),
    model: answer.model,
    choices: [azure ? { ...choice, ...azureFilterResults } : choice],
    usage: chatUsage(answer.usage),
    ...(azure
      ? { prompt_filter_results: [{ prompt_index: 0, ...azureFilterResults }], system_fingerprint: null }
      : { service_tier: 'default', system_fingerprint: 'fp_simulator' }),
  };
}

/** The chunks of a Chat stream: role, content, finish, usage when it was asked for, `[DONE]`. */
export function chatFrames(answer: Answer, call: Call): Frame[] {
  const options = isRecord(call.body['stream_options']) ? call.body['stream_options'] : {};
  const includeUsage = options['include_usage'] === true;
  const azure = call.vendor === 'azure';
  const obfuscated = !azure && options['include_obfuscation'] !== false;
  const head = {
    id: uniqueId('chatcmpl-', 29),
    object: 'chat.completion.chunk',
    created: nowSeconds(),
    model: answer.model,
    ...(azure ? { system_fingerprint: null } : { service_tier: 'default', system_fingerprint: 'fp_simulator' }),
  };
  const chunk = (delta: Delta, said = '', finish: FinishReason | null = null): Frame => {
    const choice = { index: 0, delta, logprobs: null, finish_reason: finish };
    const choices = [azure ? { ...choice, ...azureFilterResults } : choice];
    // Padding that hides a token's length from who watches the line.
    const padding = obfuscated ? { obfuscation: uniqueId('', 1 + ((said.length * 7) % 12)) } : {};
    return dataFrame({ ...head, choices, ...(includeUsage ? { usage: null } : {}), ...padding }, said);
  };

  const refuses = answer.stop === 'refusal';
  const frames = azure ? [dataFrame(azureFirstChunk)] : [];
  const opensEmpty = answer.tools.length > 0 && answer.text === '';
  frames.push(chunk({ role: 'assistant', content: opensEmpty || refuses ? null : '', refusal: null }));
  for (const part of cutIntoDeltas(answer.thinking ?? '')) frames.push(chunk({ reasoning_content: part }, part));
  if (refuses) {
    for (const part of cutIntoDeltas(refusalText(answer))) frames.push(chunk({ refusal: part }, part));
  } else {
    for (const part of cutIntoDeltas(answer.text, answer.deltas)) frames.push(chunk({ content: part }, part));
  }
  for (const { delta, said } of toolDeltas(answer)) frames.push(chunk({ tool_calls: [delta] }, said));
  if (answer.stop !== 'none') frames.push(chunk({}, '', finishReason(answer, call)));
  if (includeUsage) {
    frames.push(dataFrame({ ...head, choices: [], usage: chatUsage(answer.usage) }, '', answer.usage));
  }
  frames.push(dataFrame('[DONE]'));
  return frames;
}

/** `data: {"error": …}` inside a stream that began well. */
export function chatErrorFrames(error: {
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
}): Frame[] {
  const { message, type, code } = error;
  return [dataFrame({ error: { message, type, param: null, code } })];
}

type ToolCallDelta = NonNullable<Delta['tool_calls']>[number];

function toolDeltas({ tools, interleave }: Answer): { delta: ToolCallDelta; said: string }[] {
  const lanes = tools.map(({ name, input }, index) => [
    { delta: { index, ...functionCall(uniqueId('call_', 24), name, '') }, said: '' },
    ...cutIntoDeltas(input, Math.ceil(input.length / 12)).map((part) => ({
      delta: { index, function: { arguments: part } },
      said: part,
    })),
  ]);
  if (!interleave) return lanes.flat();
  const longest = Math.max(0, ...lanes.map((lane) => lane.length));
  return Array.from({ length: longest }, (_, step) => lanes.flatMap((lane) => lane.slice(step, step + 1))).flat();
}

function functionCall(id: string, name: string, input: string) {
  return { id, type: 'function' as const, function: { name, arguments: input } };
}

function finishReason(answer: Answer, { body }: Call): FinishReason | null {
  if (answer.stop === 'none') return null;
  // A call that was forced by name ends with `stop`.
  if (answer.stop === 'tool_use') return isRecord(body['tool_choice']) ? 'stop' : 'tool_calls';
  const words: Readonly<Record<string, FinishReason>> = {
    end: 'stop',
    end_turn: 'stop',
    stop_sequence: 'stop',
    refusal: 'stop',
    pause_turn: 'stop',
    max_tokens: 'length',
    model_context_window_exceeded: 'length',
  };
  // A script may invent a reason, because vendors do.
  return words[answer.stop] ?? (answer.stop as FinishReason);
}

function chatUsage(usage: TokenUsage): OpenAI.CompletionUsage {
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.thinking,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
