import type OpenAI from 'openai';
import { argumentsOf, isCutOffCall } from '../messages/cut-off-call.js';
import type { Message } from '../messages/messages.js';
import { isModelRefusal, openaiStopReason, refusalExplanation } from '../openai/model-refusal.js';
import { callItem, failedSearch, messageItem, messagePart, reasoningItem, webSearchItem } from './answer-items.js';
import { begunResponse, endedResponse, responseId } from './answer-object.js';
import type { ResponsesEcho } from './parse-request.js';

type Response = OpenAI.Responses.Response;

/** A canonical answer as a `response` object, its items in the order of the blocks. */
export function formatResponsesResponse(message: Message, echo: ResponsesEcho): Response {
  const id = responseId(message.id);
  const begun = begunResponse(id, Math.floor(Date.now() / 1000), echo);
  return endedResponse(
    begun,
    outputItems(message, id.slice('resp_'.length), echo),
    openaiStopReason(message),
    message.usage,
  );
}

function outputItems(message: Message, suffix: string, echo: ResponsesEcho): Response['output'] {
  const output: Response['output'] = [];
  const failed = new Set(message.content.map(failedSearch));
  for (const block of message.content) {
    const itemId = (prefix: string) => `${prefix}_${suffix}_${output.length}`;
    switch (block.type) {
      case 'text': {
        const last = output.at(-1);
        if (last?.type === 'message') last.content.push(messagePart(block));
        else output.push(messageItem(itemId('msg'), 'completed', [messagePart(block)]));
        break;
      }
      case 'thinking':
      case 'redacted_thinking':
        output.push(reasoningItem(itemId('rs'), block, message.model));
        break;
      case 'tool_use': {
        const status = isCutOffCall(block) ? 'incomplete' : 'completed';
        output.push(callItem(itemId('fc'), block, argumentsOf(block), status, echo));
        break;
      }
      case 'server_tool_use':
        if (block.name === 'web_search') {
          output.push(webSearchItem(itemId('ws'), block.input, failed.has(block.id) ? 'failed' : 'completed'));
        }
        break;
      default:
        break;
    }
  }
  const refusal = message.content.some(isModelRefusal) ? undefined : refusalExplanation(message);
  if (refusal !== undefined)
    output.push(messageItem(`msg_${suffix}_${output.length}`, 'completed', [{ type: 'refusal', refusal }]));
  return output;
}
