import type OpenAI from 'openai';
import { append } from '../append.js';
import { answeredTier } from '../inbound/answered-tier.js';
import { customInput } from '../inbound/tools.js';
import { argumentsOf } from '../messages/cut-off-call.js';
import type { ContentBlock, Message } from '../messages/messages.js';
import { isModelRefusal, openaiStopReason, refusalExplanation } from '../openai/model-refusal.js';
import {
  chatId,
  chatUsage,
  finishReason,
  type ReasoningDetail,
  reasoningDetail,
  severalFunctionCalls,
  urlAnnotations,
} from './answer-parts.js';
import type { ChatEcho } from './parse-request.js';

type ChatMessage = OpenAI.Chat.Completions.ChatCompletionMessage;
type ToolCall = OpenAI.Chat.Completions.ChatCompletionMessageToolCall;

/** OpenAI's message and the two members by which compatible servers show reasoning. */
type AnsweredMessage = ChatMessage & { reasoning_content?: string; reasoning_details?: ReasoningDetail[] };

/** A canonical answer as a `chat.completion`. Throws `upstream_invalid_answer` for calls that a legacy client cannot be given. */
export function formatChatResponse(message: Message, echo: ChatEcho): OpenAI.Chat.Completions.ChatCompletion {
  const tier = answeredTier(message.usage);
  return {
    id: chatId(message.id),
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: echo.model,
    ...(tier && { service_tier: tier }),
    choices: [
      {
        index: 0,
        message: answeredMessage(message, echo),
        logprobs: null,
        finish_reason: finishReason(openaiStopReason(message), echo.legacyFunctions),
      },
    ],
    usage: chatUsage(message.usage),
  };
}

function answeredMessage(message: Message, echo: ChatEcho): AnsweredMessage {
  let text = '';
  let reasoning = '';
  const annotations: NonNullable<ChatMessage['annotations']> = [];
  const calls: ToolCall[] = [];
  const details: ReasoningDetail[] = [];
  let refusal = '';
  for (const block of message.content) {
    if (isModelRefusal(block) && block.type === 'text') {
      refusal += block.text;
    } else if (block.type === 'text') {
      append(annotations, urlAnnotations(block, text.length));
      text += block.text;
    } else if (block.type === 'tool_use') {
      calls.push(toolCall(block, echo));
    } else if (block.type === 'thinking' || block.type === 'redacted_thinking') {
      if (block.type === 'thinking') reasoning += block.thinking;
      const detail = reasoningDetail(block, message.model, details.length);
      if (detail) details.push(detail);
    }
  }
  if (refusal === '') refusal = refusalExplanation(message) ?? '';
  return {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    refusal: refusal === '' ? null : refusal,
    annotations,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...callMembers(calls, echo),
  };
}

function toolCall(block: Extract<ContentBlock, { type: 'tool_use' }>, echo: ChatEcho): ToolCall {
  const { id, name } = block;
  if (echo.customTools.includes(name)) return { id, type: 'custom', custom: { name, input: customInput(block.input) } };
  return { id, type: 'function', function: { name, arguments: argumentsOf(block) } };
}

function callMembers(calls: ToolCall[], echo: ChatEcho): Pick<ChatMessage, 'tool_calls' | 'function_call'> {
  const [first] = calls;
  if (first === undefined) return {};
  if (!echo.legacyFunctions || first.type !== 'function') return { tool_calls: calls };
  if (calls.length > 1) throw severalFunctionCalls();
  return { function_call: first.function };
}
