import { isRecord, recordsOf, stringOf, type JsonRecord } from './json-reader.js';
import type { OpenaiModel } from './openai-model.js';
import * as problems from './openai-problems.js';
import type { Problem } from './openai-problems.js';

const roles = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];
const partTypes: Readonly<Record<string, readonly string[]>> = {
  user: ['text', 'image_url', 'input_audio', 'file'],
  assistant: ['text', 'refusal'],
  tool: ['text'],
  system: ['text'],
  developer: ['text'],
};
const longestCallId = 64;

/** What OpenAI objects to in a Chat conversation, or nothing. */
export function refuseChatMessages(given: unknown, model: OpenaiModel): Problem | undefined {
  const messages = recordsOf(given);
  for (const [index, message] of messages.entries()) {
    const problem = messageProblem(message, `messages[${index}]`, model);
    if (problem) return problem;
  }
  return orderProblem(messages);
}

function messageProblem(message: JsonRecord, path: string, model: OpenaiModel): Problem | undefined {
  const role = stringOf(message['role']);
  if (!roles.includes(role)) return problems.invalidValue(`${path}.role`, role, roles);
  const { content } = message;
  const calls = recordsOf(message['tool_calls']);
  if (content === null || content === undefined) {
    const mayBeEmpty =
      role === 'assistant' && (calls.length > 0 || isRecord(message['function_call']) || message['refusal'] != null);
    if (!mayBeEmpty) {
      return problems.invalidType(`${path}.content`, 'one of a string or array of objects', content ?? null);
    }
  } else if (typeof content !== 'string' && !Array.isArray(content)) {
    return problems.invalidType(`${path}.content`, 'one of a string or array of objects', content);
  }
  for (const [position, part] of recordsOf(content).entries()) {
    const problem = partProblem(part, role, `${path}.content[${position}]`, model);
    if (problem) return problem;
  }
  for (const [position, call] of calls.entries()) {
    const problem = callProblem(call, `${path}.tool_calls[${position}]`);
    if (problem) return problem;
  }
  return Array.isArray(message['tool_calls']) && calls.length === 0
    ? problems.emptyArray(`${path}.tool_calls`)
    : undefined;
}

function partProblem(part: JsonRecord, role: string, path: string, model: OpenaiModel): Problem | undefined {
  const type = stringOf(part['type']);
  const allowed = partTypes[role] ?? [];
  if (!allowed.includes(type)) return problems.invalidValue(`${path}.type`, type, allowed);
  if (part['prompt_cache_breakpoint'] !== undefined && model.isOpenai && (!model.cacheBreakpoints || type !== 'text')) {
    return problems.unknownParameter(`${path}.prompt_cache_breakpoint`);
  }
  if (part['cache_control'] !== undefined && model.isOpenai) return problems.unknownParameter(`${path}.cache_control`);
  if (type === 'text' && typeof part['text'] !== 'string') return problems.missingParameter(`${path}.text`);
  if (type === 'image_url' && (!isRecord(part['image_url']) || typeof part['image_url']['url'] !== 'string')) {
    return problems.missingParameter(`${path}.image_url.url`);
  }
  if (
    type === 'file' &&
    isRecord(part['file']) &&
    part['file']['file_data'] !== undefined &&
    part['file']['filename'] === undefined
  ) {
    return problems.missingParameter(`${path}.file.filename`);
  }
  return undefined;
}

function callProblem(call: JsonRecord, path: string): Problem | undefined {
  const id = stringOf(call['id']);
  if (id === '') return problems.missingParameter(`${path}.id`);
  if (id.length > longestCallId) return problems.tooLong(`${path}.id`, longestCallId, id.length);
  if (call['type'] === 'custom') return undefined;
  const called = call['function'];
  if (!isRecord(called) || stringOf(called['name']) === '') return problems.missingParameter(`${path}.function.name`);
  const name = stringOf(called['name']);
  if (name.length > 64) return problems.tooLong(`${path}.function.name`, 64, name.length);
  return typeof called['arguments'] === 'string'
    ? undefined
    : problems.invalidType(`${path}.function.arguments`, 'a string', called['arguments']);
}

/** Every call is answered by a tool message right behind the message that made it, and by nothing else in between. */
function orderProblem(messages: readonly JsonRecord[]): Problem | undefined {
  let open = new Set<string>();
  let mayFollow = false;
  for (const [index, message] of [...messages, { role: 'end' }].entries()) {
    if (message['role'] === 'tool') {
      const id = stringOf(message['tool_call_id']);
      if (!mayFollow) {
        const text =
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
        return { message: text, param: `messages.[${index}].role` };
      }
      if (!open.delete(id)) {
        return {
          message: `Invalid parameter: 'tool_call_id' of '${id}' not found in 'tool_calls' of previous message.`,
          param: `messages.[${index}].tool_call_id`,
        };
      }
      continue;
    }
    if (open.size > 0) {
      const text = `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`;
      return { message: text, param: `messages.[${index}].role` };
    }
    const calls = recordsOf(message['tool_calls']);
    open = new Set(calls.map((call) => stringOf(call['id'])));
    mayFollow = calls.length > 0;
  }
  return undefined;
}
