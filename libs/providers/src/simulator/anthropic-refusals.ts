import type { IncomingHttpHeaders } from 'node:http';
import { refuseMessages } from './anthropic-message-refusals.js';
import { vendorError, type VendorError } from './error-bodies.js';
import { isRecord, recordsOf, stringOf, type JsonRecord } from './json-reader.js';

/** Other vendors' fields: a sign that a translation forgot something. Unknown fields else pass, as betas do. */
const foreignFields = `
  max_completion_tokens max_output_tokens n stop functions function_call response_format logprobs
  frequency_penalty presence_penalty logit_bias seed user stream_options parallel_tool_calls reasoning_effort
  reasoning input instructions store include text modalities verbosity
`
  .trim()
  .split(/\s+/);
const strictVersion = '2026-10-21';
const mostOutputTokens = 128_000;

/** What Anthropic answers with 400 (or 404), in its words, or nothing. `count` leaves out what `count_tokens` does not need. */
export function refuseMessagesRequest(
  body: JsonRecord,
  headers: IncomingHttpHeaders,
  count = false,
): VendorError | undefined {
  const model = stringOf(body['model']);
  if (model.includes('does-not-exist')) return vendorError('anthropic', 404, { message: `model: ${model}` });
  const problem =
    (headers['anthropic-version'] ? undefined : 'anthropic-version: header is required') ??
    requiredProblem(body, count) ??
    foreignProblem(body) ??
    samplingProblem(body, String(headers['anthropic-version'])) ??
    thinkingProblem(body) ??
    toolsProblem(body) ??
    cacheProblem(body) ??
    refuseMessages(body['messages']);
  return problem === undefined ? undefined : vendorError('anthropic', 400, { message: problem });
}

function requiredProblem(body: JsonRecord, count: boolean): string | undefined {
  if (body['model'] === undefined) return 'model: Field required';
  if (typeof body['model'] !== 'string') return 'model: Input should be a valid string';
  if (body['messages'] === undefined) return 'messages: Field required';
  if (!Array.isArray(body['messages'])) return 'messages: Input should be a valid array';
  if (body['messages'].length === 0) return 'messages: at least one message is required';
  if (count) return undefined;
  const maxTokens = body['max_tokens'];
  if (maxTokens === undefined) return 'max_tokens: Field required';
  if (typeof maxTokens !== 'number' || !Number.isInteger(maxTokens))
    return 'max_tokens: Input should be a valid integer';
  if (maxTokens < 0) return 'max_tokens: Input should be greater than or equal to 0';
  if (maxTokens > mostOutputTokens) {
    return `max_tokens: ${maxTokens} > ${mostOutputTokens}, which is the maximum allowed number of output tokens for ${body['model']}`;
  }
  return undefined;
}

function foreignProblem(body: JsonRecord): string | undefined {
  const foreign = foreignFields.find((field) => body[field] !== undefined);
  return foreign === undefined ? undefined : `${foreign}: Extra inputs are not permitted`;
}

function samplingProblem(body: JsonRecord, version: string): string | undefined {
  const present = ['temperature', 'top_p', 'top_k'].find((field) => body[field] !== undefined);
  if (present !== undefined && version >= strictVersion) return `${present}: Extra inputs are not permitted`;
  const temperature = body['temperature'];
  if (typeof temperature === 'number' && temperature > 1) return 'temperature: range: 0..1';
  const stops = body['stop_sequences'];
  if (Array.isArray(stops) && stops.some((stop) => stringOf(stop).trim() === '')) {
    return 'stop_sequences: each stop sequence must contain non-whitespace';
  }
  return undefined;
}

function thinkingProblem(body: JsonRecord): string | undefined {
  const thinking = body['thinking'];
  if (!isRecord(thinking)) return undefined;
  const type = stringOf(thinking['type']);
  if (!['enabled', 'disabled', 'adaptive', 'between_tools'].includes(type)) {
    return `thinking: Input tag '${type}' found using 'type' does not match any of the expected tags: 'adaptive', 'between_tools', 'disabled', 'enabled'`;
  }
  if (type === 'enabled') {
    const budget = thinking['budget_tokens'];
    if (typeof budget !== 'number') return 'thinking.enabled.budget_tokens: Field required';
    if (budget < 1024) return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
    if (typeof body['max_tokens'] === 'number' && budget >= body['max_tokens']) {
      return '`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size';
    }
  }
  const choice = isRecord(body['tool_choice']) ? body['tool_choice']['type'] : undefined;
  if (type !== 'disabled' && (choice === 'any' || choice === 'tool')) {
    return 'Thinking may not be enabled when tool_choice forces tool use.';
  }
  return undefined;
}

function toolsProblem(body: JsonRecord): string | undefined {
  const tools = recordsOf(body['tools']);
  const names = tools.map((tool) => stringOf(tool['name'])).filter(Boolean);
  if (new Set(names).size < names.length) return 'tools: Tool names must be unique.';
  for (const [index, tool] of tools.entries()) {
    if (tool['type'] !== undefined && tool['type'] !== null && tool['type'] !== 'custom') {
      if (tool['type'] === 'function')
        return `tools.${index}: Input tag 'function' found using 'type' does not match any of the expected tags`;
      continue;
    }
    const at = `tools.${index}.custom`;
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(stringOf(tool['name']))) {
      return tool['name'] === undefined
        ? `${at}.name: Field required`
        : `${at}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
    }
    const schema = tool['input_schema'];
    if (!isRecord(schema)) return `${at}.input_schema: Field required`;
    if (schema['type'] === undefined) return `${at}.input_schema.type: Field required`;
    if (schema['type'] !== 'object') return `${at}.input_schema.type: Input should be 'object'`;
  }
  const choice = body['tool_choice'];
  if (choice === undefined || choice === null) return undefined;
  if (!isRecord(choice)) return 'tool_choice: Input should be a valid dictionary';
  if (!['auto', 'any', 'tool', 'none'].includes(stringOf(choice['type']))) {
    return `tool_choice: Input tag '${stringOf(choice['type'])}' found using 'type' does not match any of the expected tags: 'any', 'auto', 'none', 'tool'`;
  }
  if (tools.length === 0) return 'tool_choice: tool_choice may only be specified while providing tools.';
  if (choice['type'] === 'tool' && !names.includes(stringOf(choice['name']))) {
    return `Tool '${stringOf(choice['name'])}' not found in provided tools`;
  }
  return undefined;
}

function cacheProblem(body: JsonRecord): string | undefined {
  let found = 0;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isRecord(value)) {
      if (isRecord(value['cache_control'])) found += 1;
      visit(value['content']);
    }
  };
  [body['system'], body['tools'], body['messages']].forEach(visit);
  return found > 4 ? `A maximum of 4 blocks with cache_control may be provided. Found ${found}.` : undefined;
}
