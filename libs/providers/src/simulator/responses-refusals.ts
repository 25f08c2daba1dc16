import type { Call } from './dialect.js';
import { vendorError, type VendorError } from './error-bodies.js';
import { isRecord, recordsOf, stringOf, type JsonRecord } from './json-reader.js';
import { isReasoning, openaiModel, type OpenaiModel } from './openai-model.js';
import * as problems from './openai-problems.js';
import type { Problem } from './openai-problems.js';
import { schemaReason, toolsProblem } from './openai-tool-refusals.js';
import { refuseResponsesInput } from './responses-input-refusals.js';

const knownFields = new Set(
  `
  access_programs background context_management conversation image include input instructions max_output_tokens
  max_tool_calls metadata model moderation parallel_tool_calls previous_response_id prompt prompt_cache_key
  prompt_cache_options prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options
  temperature text tool_choice tools top_logprobs top_p truncation user client_metadata personality
`
    .trim()
    .split(/\s+/),
);
const leastOutputTokens = 16;

/** What OpenAI answers with 400 (or 404) on Responses, in its words, or nothing. */
export function refuseResponsesRequest({ vendor, body, model: name }: Call): VendorError | undefined {
  if (name.includes('does-not-exist')) {
    return vendor === 'azure'
      ? vendorError(vendor, 404, { code: 'DeploymentNotFound' })
      : vendorError(vendor, 400, {
          message: `The requested model '${name}' does not exist.`,
          code: 'model_not_found',
          param: 'model',
        });
  }
  const model = openaiModel(name);
  const problem =
    shapeProblem(body, name) ??
    parameterProblem(body, model) ??
    toolsProblem(body, declaredFunctions(body)) ??
    formatProblem(body) ??
    refuseResponsesInput(body, model);
  return problem ? vendorError(vendor, 400, { type: 'invalid_request_error', code: null, ...problem }) : undefined;
}

function shapeProblem(body: JsonRecord, name: string): Problem | undefined {
  if (name === '') return problems.missingParameter('model');
  const unknown = Object.keys(body).find((field) => !knownFields.has(field));
  if (unknown === 'max_tokens' || unknown === 'messages') {
    const moved = unknown === 'messages' ? 'input' : 'max_output_tokens';
    const message = `Unsupported parameter: '${unknown}'. In the Responses API, this parameter has moved to '${moved}'. Try again with the new parameter.`;
    return { message, param: unknown, code: 'unsupported_parameter' };
  }
  if (unknown !== undefined) return problems.unknownParameter(unknown);
  if (body['input'] === undefined && body['previous_response_id'] === undefined && body['prompt'] === undefined) {
    const message = "One of 'input', 'previous_response_id', 'prompt' or 'conversation' must be provided.";
    return { message, param: 'input', code: 'missing_required_parameter' };
  }
  const { input } = body;
  if (input !== undefined && typeof input !== 'string' && !Array.isArray(input)) {
    return problems.invalidType('input', 'one of a string or array of input items', input);
  }
  for (const [field, most] of [['safety_identifier', 128] as const, ['prompt_cache_key', 64] as const]) {
    const length = stringOf(body[field]).length;
    if (length > most) return problems.tooLong(field, most, length);
  }
  return undefined;
}

function parameterProblem(body: JsonRecord, model: OpenaiModel): Problem | undefined {
  const most = body['max_output_tokens'];
  if (typeof most === 'number') {
    if (most < leastOutputTokens) return problems.belowMinimum('max_output_tokens', leastOutputTokens, most);
    if (most > model.mostOutputTokens) {
      const message = `Invalid 'max_output_tokens': integer above maximum value. Expected a value <= ${model.mostOutputTokens}, but got ${most} instead.`;
      return { message, param: 'max_output_tokens', code: 'integer_above_max_value' };
    }
  }
  if (!model.isOpenai) return undefined;
  const reasoning = isRecord(body['reasoning']) ? body['reasoning'] : {};
  const effort = reasoning['effort'];
  if (model.efforts.length === 0) {
    if (effort != null) return problems.unsupportedParameter('reasoning.effort');
    const include = Array.isArray(body['include']) ? body['include'] : [];
    if (include.includes('reasoning.encrypted_content')) {
      return { message: 'Encrypted content is not supported with this model.', param: 'include' };
    }
  } else if (effort != null && !model.efforts.includes(stringOf(effort))) {
    return problems.unsupportedValue('reasoning.effort', effort, problems.supportedValues(model.efforts));
  }
  if (isReasoning(model, effort)) {
    const present = ['temperature', 'top_p'].find((field) => body[field] != null && body[field] !== 1);
    if (present !== undefined) return problems.unsupportedParameter(present);
  }
  return undefined;
}

/** A function is strict here unless it says otherwise. */
function declaredFunctions(body: JsonRecord) {
  return recordsOf(body['tools']).flatMap((declared, index) =>
    declared['type'] === 'function'
      ? [{ path: `tools[${index}]`, declared, strict: declared['strict'] !== false }]
      : [],
  );
}

function formatProblem(body: JsonRecord): Problem | undefined {
  const format = isRecord(body['text']) && isRecord(body['text']['format']) ? body['text']['format'] : undefined;
  if (format?.['type'] !== 'json_schema') return undefined;
  const name = stringOf(format['name']);
  if (name === '') return problems.missingParameter('text.format.name');
  const reason = schemaReason(format['schema'], format['strict'] !== false);
  return reason === undefined
    ? undefined
    : {
        message: `Invalid schema for response_format '${name}': ${reason}`,
        param: 'text.format.schema',
        code: 'invalid_json_schema',
      };
}
