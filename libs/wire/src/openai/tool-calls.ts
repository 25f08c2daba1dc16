import type Anthropic from '@anthropic-ai/sdk';

import { GatewayError } from '../gateway-error.js';
import type { AnswerSoFar } from './answer-so-far.js';
import { parseToolInput, type ToolInput } from './partial-json.js';

import { newToolUseId } from './message-id.js';
import type { AnswerContext } from '../translation.js';
import { type JsonObject, objectIn, objectsIn, stringIn } from '../json-object.js';

type ToolUseBlock = Anthropic.Messages.ToolUseBlock;

/** GPT models call these although nobody declared them, and put the calls they mean inside. */
const parallelWrappers = new Set(['parallel', 'multi_tool_use.parallel']);

/**
 * The input of a streamed call that is over. Throws `upstream_invalid_answer` when its arguments are not whole although the
 * answer was not cut off: what the model meant cannot be known, and a client would run it.
 */
export function finishedInput(name: string, args: string, path: string, answer: AnswerSoFar): ToolInput {
  if (name === '') throw new GatewayError('upstream_invalid_answer', 'The upstream called a tool without a name');
  const finished = parseToolInput(args);
  if (finished.whole) return finished;
  if (!answer.cutOff) {
    throw new GatewayError(
      'upstream_invalid_answer',
      'The upstream called a tool with arguments that are not a JSON object',
    );
  }
  answer.warn('tool_input_repaired', path);
  return finished;
}

export function isParallelWrapper(name: string, context: AnswerContext): boolean {
  return parallelWrappers.has(name) && !context.toolNames.has(name);
}

export function toolUseBlock(id: string, name: string, input: JsonObject, context: AnswerContext): ToolUseBlock {
  return {
    type: 'tool_use',
    id: id === '' ? newToolUseId() : id,
    name: context.toolNames.get(name) ?? name,
    input,
    caller: { type: 'direct' },
  };
}

/** The calls in a wrapper's `tool_uses`, as blocks with ids of their own. */
export function unwrapped(id: string, input: JsonObject, context: AnswerContext): ToolUseBlock[] {
  return objectsIn(input, 'tool_uses').map((call, position) => {
    const name = stringIn(call, 'recipient_name').replace(/^functions\./, '');
    return toolUseBlock(id === '' ? '' : `${id}_${position}`, name, objectIn(call, 'parameters') ?? {}, context);
  });
}
