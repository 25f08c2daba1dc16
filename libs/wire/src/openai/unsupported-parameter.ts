import { inboundWarning } from '../inbound/compatibility.js';
import { promptCacheOf } from '../inbound/prompt-cache.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { type WarningCode, warning } from './compatibility.js';
import { nearestEffort } from './effort.js';
import { isObject } from '../json-object.js';
import { outputMaximum } from './token-limit-message.js';
import { upstreamErrorBody } from './upstream-error-body.js';

/** What an upstream refused of a request that is good without it. */
export interface UnsupportedParameter {
  /** As the upstream names it: `reasoning.effort`, `messages[0].role`. {@link reasoningItems} stands for replayed reasoning. */
  readonly param: string;
  readonly supportedValues?: readonly string[];
  /** The greatest value it takes. */
  readonly maximum?: number;
}

type Body = Readonly<Record<string, unknown>>;

/** Stands for the reasoning items of a Responses input, which another key or resource cannot decrypt. */
export const reasoningItems = 'input.reasoning';

/** Nothing of the meaning of a request depends on these. */
const droppable: ReadonlySet<string> = new Set([
  'temperature',
  'top_p',
  'top_k',
  'reasoning_effort',
  'reasoning.effort',
  'reasoning.summary',
  'parallel_tool_calls',
  'stop',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_options.mode',
  'prompt_cache_retention',
  'safety_identifier',
  'service_tier',
  'stream_options',
  'stream_options.include_obfuscation',
  'stream_options.include_usage',
]);

/** The `code` of an error that refuses a parameter, or its value. */
export const refusalCodes: ReadonlySet<string> = new Set([
  'unsupported_parameter',
  'unsupported_value',
  'unknown_parameter',
  'extra_forbidden',
  'invalid_value',
]);
const named =
  /(?:unsupported|unknown|unrecognized|invalid) (?:parameter|value|request argument|field)[^:]*:\s*['"`]?([\w.[\]]+)/i;
const values = /supported values are:?\s*([^.]+)/i;
const quoted = /['"`]([\w-]+)['"`]/g;

/** What the body of a 400 says is unsupported, where {@link healRequest} may know a way; `undefined` for any other failure. */
export function unsupportedParameter(body: unknown): UnsupportedParameter | undefined {
  const error = upstreamErrorBody(body);
  const { code, message } = error;
  if (/tools with reasoning_effort are not supported/i.test(message))
    return { param: 'reasoning_effort', supportedValues: ['none'] };
  if (code === 'invalid_encrypted_content' || /encrypted content .*could not be (?:verified|decrypted)/i.test(message))
    return { param: reasoningItems };
  if (/verified to (?:generate|use) reasoning summar/i.test(message)) return { param: 'reasoning.summary' };
  const maximum = outputMaximum(message);
  if (maximum !== undefined) return { param: error.param || 'max_tokens', maximum };
  if (/prompt_cache_breakpoint/.test(`${error.param} ${message}`)) return { param: 'prompt_cache_breakpoint' };
  const unsupported =
    refusalCodes.has(code) || /unsupported|not supported|unknown|unrecognized|extra inputs/i.test(message);
  const param = error.param || named.exec(message)?.[1] || '';
  if (!unsupported || param === '') return undefined;
  const listed = values.exec(message)?.[1];
  const supportedValues = listed === undefined ? [] : [...listed.matchAll(quoted)].map(([, value]) => value ?? '');
  return supportedValues.length > 0 ? { param, supportedValues } : { param };
}

/** The request with that parameter dropped or clamped; `undefined` when it is not in there, or may not be left out. */
export function healRequest<B extends Body>(body: B, finding: UnsupportedParameter): B | undefined {
  const { param, supportedValues, maximum } = finding;
  if (param === reasoningItems) return withoutReasoningItems(body);
  if (param === 'prompt_cache_breakpoint') return withoutBreakpoints(body);
  if (/max_(?:completion_|output_)?tokens$/.test(param)) return withOutputLimit(body, param, maximum);
  if (/^(?:messages|input)\[\d+\]\.role$/.test(param)) return withSystemRole(body);
  if (!droppable.has(param)) return undefined;
  return replaced(body, param.split('.'), supportedValues);
}

/** What the client of `request` loses by the healing; `undefined` where it is a member that only the gateway had added. */
export function healingWarning(
  { param, maximum }: UnsupportedParameter,
  request: MessagesRequest,
): Warning | undefined {
  const [member = ''] = param.split('.');
  if (Object.hasOwn(promptCacheOf(request), member)) return inboundWarning('prompt_cache_dropped', member);
  if (maximum !== undefined) return warning('max_tokens_clamped', 'max_tokens');
  const lost = Object.hasOwn(losses, param) ? losses[param] : undefined;
  return lost && warning(...lost);
}

const losses: Readonly<Record<string, readonly [WarningCode, string]>> = {
  temperature: ['temperature_dropped', 'temperature'],
  top_p: ['top_p_dropped', 'top_p'],
  top_k: ['top_k_dropped', 'top_k'],
  reasoning_effort: ['effort_clamped', 'output_config.effort'],
  'reasoning.effort': ['effort_clamped', 'output_config.effort'],
  'reasoning.summary': ['thinking_summary_dropped', 'thinking.display'],
  [reasoningItems]: ['thinking_replay_dropped', 'messages'],
  parallel_tool_calls: ['disable_parallel_tool_use_dropped', 'tool_choice.disable_parallel_tool_use'],
  service_tier: ['service_tier_dropped', 'service_tier'],
};

function replaced<B extends Body>(
  body: B,
  path: readonly string[],
  supported: readonly string[] | undefined,
): B | undefined {
  const [key, ...rest] = path;
  if (key === undefined || body[key] === undefined) return undefined;
  if (rest.length > 0) {
    const inner = body[key];
    const healed = isObject(inner) ? replaced(inner, rest, supported) : undefined;
    if (healed === undefined) return undefined;
    return Object.keys(healed).length > 0 ? { ...body, [key]: healed } : without(body, key);
  }
  const effort = key.endsWith('effort') ? nearestEffort(body[key], supported ?? []) : undefined;
  return effort !== undefined && effort !== body[key] ? { ...body, [key]: effort } : without(body, key);
}

function without<B extends Body>(body: B, key: string): B {
  const copy = { ...body };
  Reflect.deleteProperty(copy, key);
  return copy;
}

function withOutputLimit<B extends Body>(body: B, param: string, maximum: number | undefined): B | undefined {
  const sent = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'].find(
    (key) => typeof body[key] === 'number',
  );
  if (sent === undefined) return undefined;
  const limit = body[sent];
  if (maximum !== undefined)
    return typeof limit === 'number' && limit > maximum ? { ...body, [sent]: maximum } : undefined;
  if (sent !== param || sent === 'max_output_tokens') return undefined;
  // Each of the two Chat names is unknown to the servers that want the other.
  return { ...without(body, sent), [sent === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens']: limit };
}

function withSystemRole<B extends Body>(body: B): B | undefined {
  const key = Array.isArray(body.messages) ? 'messages' : 'input';
  const list = body[key];
  if (!Array.isArray(list)) return undefined;
  if (!list.some(isDeveloper)) return undefined;
  return { ...body, [key]: list.map((entry: unknown) => (isDeveloper(entry) ? { ...entry, role: 'system' } : entry)) };
}

function isDeveloper(entry: unknown): entry is Body {
  return isObject(entry) && entry.role === 'developer';
}

function withoutReasoningItems<B extends Body>(body: B): B | undefined {
  const { input } = body;
  if (!Array.isArray(input)) return undefined;
  const rest = input.filter((item) => !isObject(item) || item.type !== 'reasoning');
  return rest.length === input.length ? undefined : { ...body, input: rest };
}

function withoutBreakpoints<B extends Body>(body: B): B | undefined {
  const key = Array.isArray(body.messages) ? 'messages' : 'input';
  const cleaned = unmarked(body[key]);
  return cleaned === body[key] ? undefined : { ...body, [key]: cleaned };
}

/** The same value where nothing in it is marked. The parsers have bounded the depth. */
function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(unmarked);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  const members = Object.entries(value);
  const kept = members
    .filter(([name]) => name !== 'prompt_cache_breakpoint')
    .map(([name, member]) => [name, unmarked(member)] as const);
  const isSame = kept.length === members.length && kept.every(([, member], index) => member === members[index]?.[1]);
  return isSame ? value : Object.fromEntries(kept);
}
