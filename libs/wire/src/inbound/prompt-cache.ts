import type OpenAI from 'openai';
import { refuse, shallow } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { inboundWarning } from './compatibility.js';

/** What OpenAI's dialects say alike of the prompt cache, and Messages has no word for. */
export interface PromptCache {
  readonly prompt_cache_key?: string;
  readonly prompt_cache_retention?: 'in_memory' | '24h';
  readonly prompt_cache_options?: OpenAI.Chat.ChatCompletionCreateParams.PromptCacheOptions;
}

type Field = keyof PromptCache;

/** A symbol, so that no upstream is ever sent it. */
const mark = Symbol('prompt cache');

/** The members of a client's body that {@link withPromptCache} keeps. */
export const promptCacheFields: readonly Field[] = [
  'prompt_cache_key',
  'prompt_cache_retention',
  'prompt_cache_options',
];

/** The request with what its OpenAI client says of the prompt cache, for upstreams that speak OpenAI's dialects too. */
export function withPromptCache(request: MessagesRequest, body: JsonObject): MessagesRequest {
  const { prompt_cache_key: key, prompt_cache_retention: retention, prompt_cache_options: options } = body;
  if (key != null && typeof key !== 'string') {
    throw refuse({ path: 'prompt_cache_key', message: 'Input should be a valid string' });
  }
  if (retention != null && retention !== 'in_memory' && retention !== '24h') {
    throw refuse({ path: 'prompt_cache_retention', message: "Input should be 'in_memory' or '24h'" });
  }
  if (options != null && !isObject(options)) {
    throw refuse({ path: 'prompt_cache_options', message: 'Input should be an object' });
  }
  const fault = shallow(body, 'prompt_cache_options');
  if (fault) throw refuse(fault);
  const cache: PromptCache = {
    ...(key != null && { prompt_cache_key: key }),
    ...(retention != null && { prompt_cache_retention: retention }),
    ...(options != null && { prompt_cache_options: options }),
  };
  return Object.keys(cache).length === 0 ? request : Object.assign({ ...request }, { [mark]: cache });
}

/** What the client says of the prompt cache; empty for clients of other dialects. */
export function promptCacheOf(request: MessagesRequest & { readonly [mark]?: PromptCache }): PromptCache {
  return request[mark] ?? {};
}

/** The members that `takes` lets through, and a warning for each of the others. */
export function keptPromptCache(
  request: MessagesRequest,
  takes: (field: Field) => boolean,
  warnings: Warning[],
): PromptCache {
  const cache = promptCacheOf(request);
  const said = promptCacheFields.filter((field) => cache[field] !== undefined);
  for (const field of said) if (!takes(field)) warnings.push(inboundWarning('prompt_cache_dropped', field));
  return Object.fromEntries(said.filter(takes).map((field) => [field, cache[field]]));
}
