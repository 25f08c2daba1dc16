import { isRecord, stringOf, type JsonRecord } from './json-reader.js';
import { emptyArray, missingParameter, tooLong, type Problem } from './openai-problems.js';

export interface DeclaredFunction {
  /** Where the function's members are: `tools[0].function` on Chat, `tools[0]` on Responses. */
  readonly path: string;
  readonly declared: JsonRecord;
  readonly strict: boolean;
}

const forbiddenAtTop = ['oneOf', 'anyOf', 'allOf', 'enum', 'not'];
const longestName = 64;

/** What OpenAI objects to in the declared functions, and in what is said of tools when there are none. */
export function toolsProblem(body: JsonRecord, functions: readonly DeclaredFunction[]): Problem | undefined {
  const { tools } = body;
  if (Array.isArray(tools) && tools.length === 0) return emptyArray('tools');
  if (tools === undefined || tools === null) {
    const alone = ['tool_choice', 'parallel_tool_calls'].find(
      (field) => body[field] !== undefined && body[field] !== 'none',
    );
    if (alone !== undefined) {
      return {
        message: `Invalid value for '${alone}': '${alone}' is only allowed when 'tools' are specified.`,
        param: alone,
        code: null,
      };
    }
  }
  for (const { path, declared, strict } of functions) {
    const name = stringOf(declared['name']);
    if (name === '') return missingParameter(`${path}.name`);
    if (name.length > longestName) return tooLong(`${path}.name`, longestName, name.length);
    if (!/^[a-zA-Z0-9_-]+$/.test(name)) {
      const message = `Invalid '${path}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`;
      return { message, param: `${path}.name`, code: 'invalid_value' };
    }
    const reason = schemaReason(declared['parameters'], strict);
    if (reason !== undefined) {
      const message = `Invalid schema for function '${name}': ${reason}`;
      return { message, param: `${path}.parameters`, code: 'invalid_function_parameters' };
    }
  }
  return undefined;
}

/** Why a JSON schema is refused, or nothing. `strict` schemas must name every property and allow no other. */
export function schemaReason(schema: unknown, strict: boolean): string | undefined {
  if (schema === undefined || schema === null) return undefined;
  if (!isRecord(schema)) return 'schema must be a JSON Schema object.';
  if (schema['type'] !== 'object') {
    return `schema must be a JSON Schema of 'type: "object"', got 'type: "${stringOf(schema['type']) || 'None'}"'.`;
  }
  if (forbiddenAtTop.some((key) => schema[key] !== undefined)) {
    return "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.";
  }
  if (!isRecord(schema['properties'])) return 'In context=(), object schema missing properties.';
  return strict ? strictReason(schema, []) : undefined;
}

function strictReason(schema: unknown, context: readonly string[]): string | undefined {
  if (!isRecord(schema)) return undefined;
  const at = `In context=(${context.map((part) => `'${part}'`).join(', ')})`;
  if (isRecord(schema['properties'])) {
    if (schema['additionalProperties'] !== false)
      return `${at}, 'additionalProperties' is required to be supplied and to be false.`;
    const required = Array.isArray(schema['required']) ? schema['required'] : [];
    const missing = Object.keys(schema['properties']).find((key) => !required.includes(key));
    if (missing !== undefined) {
      return `${at}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
    }
    for (const [key, property] of Object.entries(schema['properties'])) {
      const reason = strictReason(property, [...context, 'properties', key]);
      if (reason !== undefined) return reason;
    }
  }
  return strictReason(schema['items'], [...context, 'items']);
}
