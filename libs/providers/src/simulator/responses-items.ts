import type OpenAI from 'openai';
import type { Answer } from './answer.js';
import type { Call } from './dialect.js';
import { encryptReasoning } from './reasoning-cipher.js';
import { isRecord } from './json-reader.js';
import { openaiModel } from './openai-model.js';
import { refusalText } from './refusal-text.js';
import { uniqueId } from './unique-id.js';

export type OutputItem =
  | OpenAI.Responses.ResponseReasoningItem
  | OpenAI.Responses.ResponseOutputMessage
  | OpenAI.Responses.ResponseFunctionToolCall;

/** The whole items of an answer: reasoning, message, function calls. */
export function responsesItems(answer: Answer, { body, model }: Call): OutputItem[] {
  const items: OutputItem[] = [];
  const status = isCutShort(answer) ? ('incomplete' as const) : ('completed' as const);
  if (answer.thinking !== undefined) {
    const wantsSummary = isRecord(body['reasoning']) && body['reasoning']['summary'] != null;
    const include = Array.isArray(body['include']) ? body['include'] : [];
    items.push({
      id: uniqueId('rs_', 48),
      type: 'reasoning',
      summary: wantsSummary ? [{ type: 'summary_text', text: answer.thinking }] : [],
      ...(include.includes('reasoning.encrypted_content')
        ? { encrypted_content: encryptReasoning(answer.thinking) }
        : {}),
    });
  }
  if (answer.text !== '' || answer.stop === 'refusal') {
    const part: OpenAI.Responses.ResponseOutputMessage['content'][number] =
      answer.stop === 'refusal'
        ? { type: 'refusal', refusal: refusalText(answer) }
        : { type: 'output_text', text: answer.text, annotations: [], logprobs: [] };
    items.push({
      id: uniqueId('msg_', 48),
      type: 'message',
      status: answer.tools.length > 0 ? 'completed' : status,
      role: 'assistant',
      content: [part],
      ...(openaiModel(model).labelsPhase
        ? { phase: answer.tools.length > 0 ? ('commentary' as const) : ('final_answer' as const) }
        : {}),
    });
  }
  for (const [index, { name, input }] of answer.tools.entries()) {
    items.push({
      id: uniqueId('fc_', 48),
      type: 'function_call',
      status: index === answer.tools.length - 1 ? status : 'completed',
      arguments: input,
      call_id: uniqueId('call_', 24),
      name,
    });
  }
  return items;
}

/** Whether the answer is `incomplete`, and why. */
export function isCutShort({ stop }: Answer): 'max_output_tokens' | 'content_filter' | undefined {
  if (stop === 'content_filter') return 'content_filter';
  return ['max_tokens', 'length', 'model_context_window_exceeded'].includes(stop) ? 'max_output_tokens' : undefined;
}
