import type { Call } from './dialect.js';
import { refuseChatMessages } from './chat-message-refusals.js';
import { vendorError, type VendorError } from './error-bodies.js';
import { isRecord, recordsOf, stringOf, type JsonRecord } from './json-reader.js';
import { isReasoning, openaiModel, type OpenaiModel } from './openai-model.js';
import * as problems from './openai-problems.js';
import type { Problem } from './openai-problems.js';
import { schemaReason, toolsProblem } from './openai-tool-refusals.js';

const knownFields = new Set(
  `
  messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens
  max_tokens metadata modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key
  prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier
  stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity
  web_search_options
`
    .trim()
    .split(/\s+/),
);
const sampling = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'] as const;
const longestIds = { safety_identifier: 128, prompt_cache_key: 64 };

/** What OpenAI answers with 400 (or 404) on Chat Completions, in its words, or nothing. */
export function refuseChatRequest({ vendor, body, model: name }: Call): VendorError | undefined {
  if (name.includes('does-not-exist')) {
    return vendor === 'azure'
      ? vendorError(vendor, 404, { code: 'DeploymentNotFound' })
      : vendorError(vendor, 404, {
          message: `The model \`${name}\` does not exist or you do not have access to it.`,
          code: 'model_not_found',
        });
  }
  if (name === '') return vendorError(vendor, 400, { message: 'you must provide a model parameter' });
  const model = openaiModel(name);
  const problem =
    shapeProblem(body, model) ??
    (model.isOpenai ? parameterProblem(body, model) : undefined) ??
    toolsProblem(body, declaredFunctions(body)) ??
    formatProblem(body['response_format'], body['messages']) ??
    refuseChatMessages(body['messages'], model);
  return problem ? vendorError(vendor, 400, { type: 'invalid_request_error', code: null, ...problem }) : undefined;
}

function shapeProblem(body: JsonRecord, model: OpenaiModel): Problem | undefined {
  const { messages } = body;
  if (messages === undefined) return problems.missingParameter('messages');
  if (!Array.isArray(messages)) return problems.invalidType('messages', 'an array of objects', messages);
  if (messages.length === 0) return problems.emptyArray('messages');
  const unknown = Object.keys(body).find((field) => !knownFields.has(field));
  if (unknown !== undefined && model.isOpenai) return problems.unknownParameter(unknown);
  if (body['stream_options'] && body['stream'] !== true) {
    return {
      message: "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      param: 'stream_options',
    };
  }
  if (body['metadata'] && body['store'] !== true) {
    return { message: "The 'metadata' parameter is only allowed when 'store' is enabled.", param: 'metadata' };
  }
  for (const [field, most] of Object.entries(longestIds)) {
    const length = stringOf(body[field]).length;
    if (length > most) return problems.tooLong(field, most, length);
  }
  if (Array.isArray(body['stop']) && body['stop'].length > 4) {
    const message = `Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length ${body['stop'].length} instead.`;
    return { message, param: 'stop', code: 'array_above_max_length' };
  }
  return undefined;
}

function parameterProblem(body: JsonRecord, model: OpenaiModel): Problem | undefined {
  const effort = body['reasoning_effort'];
  const reasons = isReasoning(model, effort);
  if (model.efforts.length > 0) {
    if (isGiven(body['max_tokens']))
      return problems.unsupportedParameter('max_tokens', " Use 'max_completion_tokens' instead.");
    if (isGiven(body['stop'])) return problems.unsupportedParameter('stop');
    if (isGiven(effort) && !model.efforts.includes(stringOf(effort))) {
      return problems.unsupportedValue('reasoning_effort', effort, problems.supportedValues(model.efforts));
    }
  } else if (isGiven(effort)) {
    return { message: 'Unrecognized request argument supplied: reasoning_effort', code: null };
  }
  if (reasons) {
    const present = sampling.find(
      (field) => isGiven(body[field]) && body[field] !== (field.endsWith('penalty') ? 0 : 1),
    );
    if (present) return problems.unsupportedValue(present, body[present], 'Only the default (1) value is supported.');
    if (model.refusesChatTools && recordsOf(body['tools']).length > 0) {
      const message = `Function tools with reasoning_effort are not supported for ${String(body['model'])} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`;
      return { message, param: 'reasoning_effort' };
    }
  }
  const [field, most] = isGiven(body['max_completion_tokens'])
    ? ['max_completion_tokens', body['max_completion_tokens']]
    : ['max_tokens', body['max_tokens']];
  if (typeof most !== 'number') return undefined;
  if (most < 1) return problems.belowMinimum(field, 1, most);
  if (most > model.mostOutputTokens) {
    const message = `max_tokens is too large: ${most}. This model supports at most ${model.mostOutputTokens} completion tokens, whereas you provided ${most}.`;
    return { message, param: field, code: 'invalid_value' };
  }
  return undefined;
}

function declaredFunctions(body: JsonRecord) {
  return recordsOf(body['tools']).flatMap((tool, index) => {
    if (tool['type'] === 'custom') return [];
    const declared = isRecord(tool['function']) ? tool['function'] : {};
    return [{ path: `tools[${index}].function`, declared, strict: declared['strict'] === true }];
  });
}

function formatProblem(format: unknown, messages: unknown): Problem | undefined {
  if (!isRecord(format)) return undefined;
  if (format['type'] === 'json_object' && !JSON.stringify(messages).toLowerCase().includes('json')) {
    const message =
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.";
    return { message, param: 'messages' };
  }
  if (format['type'] !== 'json_schema') return undefined;
  const schema = isRecord(format['json_schema']) ? format['json_schema'] : {};
  if (stringOf(schema['name']) === '') return problems.missingParameter('response_format.json_schema.name');
  const reason = schemaReason(schema['schema'], schema['strict'] === true);
  return reason === undefined
    ? undefined
    : {
        message: `Invalid schema for response_format '${stringOf(schema['name'])}': ${reason}`,
        param: 'response_format',
      };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
