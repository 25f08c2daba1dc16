import type Anthropic from '@anthropic-ai/sdk';

import { newToolUseId } from './message-id.js';
import { parseToolInput } from './partial-json.js';
import type { AnswerContext } from '../translation.js';
import type { AnswerSoFar } from './answer-so-far.js';
import { type JsonObject, objectIn, objectsIn, stringIn } from '../json-object.js';

type ToolUseBlock = Anthropic.Messages.ToolUseBlock;

/** GPT models call these although nobody declared them, and put the calls they mean inside. */
const parallelWrappers = new Set(['parallel', 'multi_tool_use.parallel']);

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

/** A whole `function_call` or `custom_tool_call` as blocks: one, or as many as a wrapper holds. */
export function toolUseBlocks(item: JsonObject, path: string, answer: AnswerSoFar): ToolUseBlock[] {
  const id = stringIn(item, 'call_id');
  const name = stringIn(item, 'name');
  if (item.type === 'custom_tool_call') {
    return [toolUseBlock(id, name, { input: stringIn(item, 'input') }, answer.context)];
  }
  const { input, whole } = parseToolInput(stringIn(item, 'arguments'));
  if (!whole) answer.warn('tool_input_repaired', `${path}.arguments`);
  return isParallelWrapper(name, answer.context)
    ? unwrapped(id, input, answer.context)
    : [toolUseBlock(id, name, input, answer.context)];
}

/** The calls in a wrapper's `tool_uses`, as blocks with ids of their own. */
export function unwrapped(id: string, input: JsonObject, context: AnswerContext): ToolUseBlock[] {
  return objectsIn(input, 'tool_uses').map((call, position) => {
    const name = stringIn(call, 'recipient_name').replace(/^functions\./, '');
    return toolUseBlock(id === '' ? '' : `${id}_${position}`, name, objectIn(call, 'parameters') ?? {}, context);
  });
}
