import { recordsOf, stringOf, type JsonRecord } from './json-reader.js';
import type { OpenaiModel } from './openai-model.js';
import * as problems from './openai-problems.js';
import type { Problem } from './openai-problems.js';
import { acceptsCipher } from './reasoning-cipher.js';

const itemTypes = `
  message function_call function_call_output custom_tool_call custom_tool_call_output reasoning item_reference
  web_search_call file_search_call computer_call computer_call_output compaction image_generation_call
  code_interpreter_call local_shell_call local_shell_call_output shell_call shell_call_output apply_patch_call
  apply_patch_call_output mcp_list_tools mcp_approval_request mcp_approval_response mcp_call tool_search_call
  tool_search_output
`
  .trim()
  .split(/\s+/);
const roles = ['user', 'assistant', 'system', 'developer'];
const inputParts = ['input_text', 'input_image', 'input_file'];
const outputParts = ['output_text', 'refusal'];
const longestId = 64;

/** What OpenAI objects to in the input of a Responses request, or nothing. */
export function refuseResponsesInput(body: JsonRecord, model: OpenaiModel): Problem | undefined {
  const items = recordsOf(body['input']);
  for (const [index, item] of items.entries()) {
    const problem = itemProblem(item, `input[${index}]`, body, model);
    if (problem) return problem;
  }
  return body['previous_response_id'] === undefined ? pairProblem(items) : undefined;
}

function itemProblem(item: JsonRecord, path: string, body: JsonRecord, model: OpenaiModel): Problem | undefined {
  const type = stringOf(item['type']) || 'message';
  if (!itemTypes.includes(type)) return problems.invalidValue(path, type, itemTypes);
  if (type === 'message') return messageProblem(item, path, model);
  if (type === 'reasoning') return reasoningProblem(item, path, body);
  if (type.endsWith('_call') || type.endsWith('_output')) {
    const id = stringOf(item['call_id']);
    if (id.length > longestId) return problems.tooLong(`${path}.call_id`, longestId, id.length);
  }
  if (type === 'function_call') {
    const missing = ['call_id', 'name', 'arguments'].find((field) => typeof item[field] !== 'string');
    if (missing !== undefined) return problems.missingParameter(`${path}.${missing}`);
    const id = item['id'];
    if (typeof id === 'string' && !id.startsWith('fc')) {
      return {
        message: `Invalid '${path}.id': '${id}'. Expected an ID that begins with 'fc'.`,
        param: `${path}.id`,
        code: 'invalid_value',
      };
    }
  }
  if (type !== 'function_call_output') return undefined;
  const { output } = item;
  if (output === undefined || output === null) return problems.missingParameter(`${path}.output`);
  return partsProblem(output, inputParts, `${path}.output`, model);
}

function messageProblem(item: JsonRecord, path: string, model: OpenaiModel): Problem | undefined {
  const role = stringOf(item['role']);
  if (!roles.includes(role)) return problems.invalidValue(`${path}.role`, role, roles);
  const { content } = item;
  if (typeof content !== 'string' && !Array.isArray(content)) {
    return problems.invalidType(`${path}.content`, 'one of an array of objects or string', content ?? null);
  }
  return partsProblem(content, role === 'assistant' ? outputParts : inputParts, `${path}.content`, model);
}

function partsProblem(
  content: unknown,
  allowed: readonly string[],
  path: string,
  model: OpenaiModel,
): Problem | undefined {
  for (const [position, part] of recordsOf(content).entries()) {
    const at = `${path}[${position}]`;
    const type = stringOf(part['type']);
    if (!allowed.includes(type)) return problems.invalidValue(at, type, allowed);
    const breakpoint = part['prompt_cache_breakpoint'] !== undefined;
    if (breakpoint && model.isOpenai && (!model.cacheBreakpoints || type === 'input_image')) {
      return problems.unknownParameter(`${at}.prompt_cache_breakpoint`);
    }
    if (part['cache_control'] !== undefined) return problems.unknownParameter(`${at}.cache_control`);
    if (type === 'input_file' && part['file_data'] !== undefined && part['filename'] === undefined) {
      return problems.missingParameter(`${at}.filename`);
    }
  }
  return undefined;
}

/** Without a store a reasoning item lives in its cipher alone. */
function reasoningProblem(item: JsonRecord, path: string, body: JsonRecord): Problem | undefined {
  if (!Array.isArray(item['summary'])) return problems.missingParameter(`${path}.summary`);
  const cipher = item['encrypted_content'];
  if (typeof cipher !== 'string' || cipher === '') {
    if (body['store'] !== false) return undefined;
    const id = stringOf(item['id']);
    return {
      message: `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
      param: 'input',
    };
  }
  return acceptsCipher(cipher)
    ? undefined
    : {
        message: `The encrypted content ${cipher.slice(0, 4)}...${cipher.slice(-4)} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
        param: path,
        code: 'invalid_encrypted_content',
      };
}

/** Every output answers a call before it, and every call is answered. */
function pairProblem(items: readonly JsonRecord[]): Problem | undefined {
  const open = new Set<string>();
  for (const item of items) {
    const id = stringOf(item['call_id']);
    if (item['type'] === 'function_call' || item['type'] === 'custom_tool_call') open.add(id);
    if (item['type'] !== 'function_call_output' && item['type'] !== 'custom_tool_call_output') continue;
    if (!open.delete(id))
      return { message: `No tool call found for function call output with call_id ${id}.`, param: 'input' };
  }
  const [unanswered] = open;
  return unanswered === undefined
    ? undefined
    : { message: `No tool output found for function call ${unanswered}.`, param: 'input' };
}
