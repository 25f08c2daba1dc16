import type { ErrorDetails } from './error-bodies.js';

/** A 400 of OpenAI's, in its words. */
export type Problem = ErrorDetails & { readonly message: string };

export function missingParameter(param: string): Problem {
  return { message: `Missing required parameter: '${param}'.`, param, code: 'missing_required_parameter' };
}

export function unknownParameter(param: string): Problem {
  return { message: `Unknown parameter: '${param}'.`, param, code: 'unknown_parameter' };
}

export function unsupportedParameter(param: string, hint = ''): Problem {
  const message = `Unsupported parameter: '${param}' is not supported with this model.${hint}`;
  return { message, param, code: 'unsupported_parameter' };
}

export function unsupportedValue(param: string, value: unknown, supported: string): Problem {
  const shown = typeof value === 'string' ? `'${value}'` : String(value);
  const message = `Unsupported value: '${param}' does not support ${shown} with this model. ${supported}`;
  return { message, param, code: 'unsupported_value' };
}

export function supportedValues(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  const last = quoted.pop() ?? '';
  return `Supported values are: ${quoted.length > 0 ? `${quoted.join(', ')}, and ` : ''}${last}.`;
}

export function invalidValue(param: string, value: string, values: readonly string[]): Problem {
  return { message: `Invalid value: '${value}'. ${supportedValues(values)}`, param, code: 'invalid_value' };
}

export function invalidType(param: string, expected: string, value: unknown): Problem {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
  return {
    message: `Invalid type for '${param}': expected ${expected}, but got ${kind} instead.`,
    param,
    code: 'invalid_type',
  };
}

export function emptyArray(param: string): Problem {
  const message = `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`;
  return { message, param, code: 'empty_array' };
}

export function tooLong(param: string, most: number, length: number): Problem {
  const message = `Invalid '${param}': string too long. Expected a string with maximum length ${most}, but got a string with length ${length} instead.`;
  return { message, param, code: 'string_above_max_length' };
}

export function belowMinimum(param: string, least: number, value: number): Problem {
  const message = `Invalid '${param}': integer below minimum value. Expected a value >= ${least}, but got ${value} instead.`;
  return { message, param, code: 'integer_below_min_value' };
}
