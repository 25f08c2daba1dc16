import { refuse, refuseOtherKinds, wrong } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import { noted } from '../inbound/client-path.js';
import { inboundWarning } from '../inbound/compatibility.js';
import type { Conversation } from '../inbound/conversation.js';
import { thinkingFromEnvelope } from '../inbound/thinking-envelope.js';
import { freeformInput, toolInput } from '../inbound/tool-input.js';
import type { ContentBlockParam } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { noteMessageMembers } from './message-members.js';
import { cached, textBlocks, userBlocks } from './parse-content.js';

/** Adds a Chat client's `messages` to the conversation. */
export function parseChatMessages(messages: unknown, conversation: Conversation, warnings: Warning[]): void {
  if (!Array.isArray(messages)) throw refuse(wrong('messages', messages, 'a valid array'));
  if (messages.length === 0) throw refuse({ path: 'messages', message: 'at least one message is required' });
  /** Ids given to legacy function calls, which have none: name → id of the last call. */
  const functionCalls = new Map<unknown, string>();
  for (const [index, message] of messages.entries()) {
    const path = `messages.${index}`;
    if (!isObject(message)) throw refuse({ path, message: 'Input should be an object' });
    refuseOtherKinds(message, { name: 'string' }, path);
    if (typeof message.name === 'string' && message.role !== 'function') {
      warnings.push(inboundWarning('name_dropped', `${path}.name`));
    }
    noteMessageMembers(message, path, warnings);
    addMessage(message, path, conversation, functionCalls, warnings);
  }
}

function addMessage(
  message: JsonObject,
  path: string,
  conversation: Conversation,
  functionCalls: Map<unknown, string>,
  warnings: Warning[],
): void {
  const content = `${path}.content`;
  switch (message.role) {
    case 'system':
    case 'developer':
      return conversation.addSystem(cached(textBlocks(message.content, content, warnings), message));
    case 'user':
      return conversation.addUser(cached(userBlocks(message.content, content, warnings), message));
    case 'assistant':
      return conversation.addAssistant(cached(assistantBlocks(message, path, functionCalls, warnings), message));
    case 'tool': {
      const id = message.tool_call_id;
      if (typeof id !== 'string' || id === '') throw refuse(wrong(`${path}.tool_call_id`, id, 'a valid string'));
      return conversation.addToolResult(id, cached(textBlocks(message.content, content, warnings), message), path);
    }
    case 'function': {
      const id = functionCalls.get(message.name);
      if (id === undefined) throw refuse({ path: `${path}.name`, message: 'No call of this function comes before it' });
      return conversation.addToolResult(id, cached(textBlocks(message.content, content, warnings), message), path);
    }
    default:
      throw refuse(
        wrong(`${path}.role`, message.role, "'system', 'developer', 'user', 'assistant', 'tool' or 'function'"),
      );
  }
}

function assistantBlocks(
  message: JsonObject,
  path: string,
  functionCalls: Map<unknown, string>,
  warnings: Warning[],
): ContentBlockParam[] {
  // Where it has words as well, they are not known to be all that was heard.
  if (message.audio !== undefined && message.audio !== null) {
    throw refuse({ path: `${path}.audio`, message: 'Audio is not stored here; send its words as content' });
  }
  refuseOtherKinds(message, { refusal: 'string', function_call: 'object' }, path);
  const blocks: ContentBlockParam[] = [
    ...reasoningBlocks(message),
    ...textBlocks(message.content, `${path}.content`, warnings),
  ];
  if (typeof message.refusal === 'string' && message.refusal !== '')
    blocks.push({ type: 'text', text: message.refusal });
  const calls = message.tool_calls ?? [];
  if (!Array.isArray(calls)) throw refuse({ path: `${path}.tool_calls`, message: 'Input should be a valid array' });
  for (const [index, call] of calls.entries()) {
    const here = `${path}.tool_calls.${index}`;
    blocks.push(noted(toolUse(call, here, warnings), here));
  }
  if (isObject(message.function_call)) {
    const id = `call_${path.replace('.', '_')}`;
    functionCalls.set(message.function_call.name, id);
    const here = `${path}.function_call`;
    blocks.push(noted(functionUse(id, message.function_call, here, warnings), here));
  }
  return blocks;
}

function toolUse(call: unknown, path: string, warnings: Warning[]): ContentBlockParam {
  if (!isObject(call)) throw refuse({ path, message: 'Input should be an object' });
  const { id } = call;
  if (typeof id !== 'string' || id === '') throw refuse(wrong(`${path}.id`, id, 'a valid string'));
  if (isObject(call.custom)) {
    const { name, input } = call.custom;
    if (typeof name !== 'string') throw refuse(wrong(`${path}.custom.name`, name, 'a valid string'));
    return { type: 'tool_use', id, name, input: freeformInput(input, `${path}.custom.input`) };
  }
  return functionUse(id, isObject(call.function) ? call.function : {}, `${path}.function`, warnings);
}

function functionUse(id: string, called: JsonObject, path: string, warnings: Warning[]): ContentBlockParam {
  const { name, arguments: args } = called;
  if (typeof name !== 'string' || name === '') throw refuse(wrong(`${path}.name`, name, 'a valid string'));
  return { type: 'tool_use', id, name, input: toolInput(args, `${path}.arguments`, warnings) };
}

/** Reasoning that we gave out comes back in `reasoning_details`, each with the envelope as its signature. */
function reasoningBlocks(message: JsonObject): ContentBlockParam[] {
  if (!Array.isArray(message.reasoning_details)) return [];
  return message.reasoning_details.flatMap((detail: unknown) => {
    if (!isObject(detail)) return [];
    const text = typeof detail.text === 'string' ? detail.text : '';
    return thinkingFromEnvelope(detail.signature ?? detail.data, text) ?? [];
  });
}
