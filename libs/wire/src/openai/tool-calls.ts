import type Anthropic from '@anthropic-ai/sdk';

import { GatewayError } from '../gateway-error.js';
import { cutOffCall } from '../messages/cut-off-call.js';
import type { AnswerSoFar } from './answer-so-far.js';
import { parseToolInput, type ToolInput } from './partial-json.js';

import { newToolUseId } from './message-id.js';
import { toolCallId } from './tool-call-id.js';
import type { AnswerContext } from '../translation.js';
import { isObject, type JsonObject, objectIn } from '../json-object.js';
import { answerObjects } from '../upstream/answer-objects.js';
import { answerText } from '../upstream/answer-text.js';

type ToolUseBlock = Anthropic.Messages.ToolUseBlock;

/** GPT models call these although nobody declared them, and put the calls they mean inside. */
const parallelWrappers = new Set(['parallel', 'multi_tool_use.parallel']);

/** A call's arguments as text; some servers send the object itself. Throws `upstream_invalid_answer` for anything else. */
export function argumentsIn(called: JsonObject): string {
  return isObject(called.arguments) ? JSON.stringify(called.arguments) : answerText(called, 'arguments');
}

/**
 * The input of a call that is over. Throws `upstream_invalid_answer` when its arguments are not whole although the
 * answer was not cut off: what the model meant cannot be known, and a client would run it.
 */
export function finishedInput(name: string, args: string, path: string, answer: AnswerSoFar): ToolInput {
  if (name === '') throw new GatewayError('upstream_invalid_answer', 'The upstream called a tool without a name');
  const finished = parseToolInput(args);
  if (finished.whole) return finished;
  if (!answer.cutOff) throw notAnObject();
  answer.warn('tool_input_repaired', path);
  return finished;
}

export function isParallelWrapper(name: string, context: AnswerContext): boolean {
  return parallelWrappers.has(name) && !context.toolNames.has(name);
}

export function toolUseBlock(id: string, name: string, input: JsonObject, context: AnswerContext): ToolUseBlock {
  return {
    type: 'tool_use',
    // A client may go on with its conversation at Anthropic, who refuses what is outside of this form.
    id: id === '' ? newToolUseId() : toolCallId(id),
    name: context.toolNames.get(name) ?? name,
    input,
    caller: { type: 'direct' },
  };
}

/**
 * A call that has come in one piece, as blocks: one, or as many as a wrapper holds. Throws as {@link finishedInput} does.
 *
 * @param cutOff the answer was cut off in this call, so that arguments of which nothing came are not those of a call without any
 */
export function finishedCall(
  { id, name, args, cutOff }: { id: string; name: string; args: string; cutOff: boolean },
  path: string,
  answer: AnswerSoFar,
): ToolUseBlock[] {
  const finished = finishedInput(name, args, path, answer);
  if (isParallelWrapper(name, answer.context)) return unwrapped(id, finished, answer);
  const block = toolUseBlock(id, name, finished.input, answer.context);
  const whole = finished.whole && !(cutOff && args.trim() === '');
  return [whole ? block : cutOffCall(block, args)];
}

/**
 * The calls in a wrapper's `tool_uses`, as blocks with ids of their own; none of one that was cut off, as nobody can say which of
 * its calls were meant as they stand. Throws `upstream_invalid_answer` for a wrapper that holds something else, or nothing.
 */
export function unwrapped(id: string, { input, whole }: ToolInput, answer: AnswerSoFar): ToolUseBlock[] {
  if (!whole) return [];
  const calls = answerObjects(input, 'tool_uses');
  if (calls.length === 0 && !answer.cutOff) {
    throw new GatewayError('upstream_invalid_answer', 'The upstream called several tools at once, and named none');
  }
  return calls.map((call, position) => {
    const name = answerText(call, 'recipient_name').replace(/^functions\./, '');
    if (name === '') throw new GatewayError('upstream_invalid_answer', 'The upstream called a tool without a name');
    return toolUseBlock(id === '' ? '' : `${id}_${position}`, name, parametersIn(call), answer.context);
  });
}

/** An object, or its JSON as a call of its own would have it. */
function parametersIn(call: JsonObject): JsonObject {
  const parameters = objectIn(call, 'parameters');
  if (parameters !== undefined) return parameters;
  const { input, whole } = parseToolInput(answerText(call, 'parameters'));
  if (!whole) throw notAnObject();
  return input;
}

function notAnObject(): GatewayError {
  return new GatewayError(
    'upstream_invalid_answer',
    'The upstream called a tool with arguments that are not a JSON object',
  );
}
