import { isObject, type JsonObject } from '../json-object.js';
import { healRequest, reasoningItems, refusalCodes, type UnsupportedParameter } from './unsupported-parameter.js';
import { upstreamErrorBody } from './upstream-error-body.js';

/** No model that is sold writes less; a lower limit is more likely to be one request's own. */
const leastMaximum = 1024;

const outputLimits: ReadonlySet<string> = new Set(['max_tokens', 'max_completion_tokens', 'max_output_tokens']);

/** How prose begins that refuses a parameter. What quotes a client first says what it quotes. */
const beginning =
  /^(?:unsupported|unknown|unrecognized|extra inputs|function tools with|your organization must be verified|max_\w+ is too large|this model supports at most)/i;

/** By what prose is taken for a refusal, besides the parameter's name. */
const telling =
  /reasoning summar|tools with reasoning_effort|supported values are|supports at most|tokens'?\)? (?:is )?too large/i;

/**
 * Whether other requests may be spared a refusal that `sent` has met. Upstreams quote their clients, so that a client could write
 * the refusal of a parameter that is none, and take it from everybody. Believed is a `code` with the `param` it is about;
 * prose alone only where nothing else in the request has its words.
 */
export function isLastingRefusal(errorBody: unknown, finding: UnsupportedParameter, sent: JsonObject): boolean {
  const { param, supportedValues, maximum } = finding;
  // Reasoning that cannot be decrypted is one request's own; so is a member whose name has a dot in it.
  if (param === reasoningItems || (param.includes('.') && Object.hasOwn(sent, param))) return false;
  if (maximum !== undefined && (maximum < leastMaximum || healRequest(sent, finding) === undefined)) return false;
  const { code, param: told, message } = upstreamErrorBody(errorBody);
  const value = memberAt(sent, param);
  const isListed = supportedValues !== undefined;
  if (maximum === undefined && !isListed && isAboutValue(code, message, value)) return false;
  const isCoded = refusalCodes.has(code) && isAbout(told, finding);
  if (typeof value === 'string' && (isListed || !isCoded) && !/^[\w-]+$/.test(value)) return false;
  if (isCoded) return true;
  const isUnquoted = told === param && (typeof value === 'number' || typeof value === 'boolean');
  if (!isUnquoted && !beginning.test(message)) return false;
  const [member = ''] = param.split('.');
  const rest = JSON.stringify(healRequest(sent, { param }) ?? { ...sent, [member]: undefined });
  return !rest.includes(param) && !telling.test(rest);
}

/** The member at a path of names, such as `reasoning.effort`; `undefined` where there is none. */
export function memberAt(body: JsonObject, path: string): unknown {
  let value: unknown = body;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function isAbout(told: string, { param, maximum }: UnsupportedParameter): boolean {
  if (maximum !== undefined) return outputLimits.has(told);
  return told === param || (/^(?:messages|input)\[/.test(told) && told.endsWith(`.${param}`));
}

/** Another client's value may be a good one. */
function isAboutValue(code: string, message: string, value: unknown): boolean {
  return code === 'invalid_value' || (typeof value === 'string' && message.includes(`'${value}'`));
}
