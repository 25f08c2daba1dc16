import { type Dialect, JsonScanner } from '#wire';

/** Members that only one dialect has, the first that fits. Chat and Messages share most, so Chat is known by its own. */
const signs: readonly (readonly [Dialect, ReadonlySet<string>])[] = [
  ['responses', new Set(['input', 'instructions', 'max_output_tokens', 'previous_response_id', 'text', 'include'])],
  ['complete', new Set(['max_tokens_to_sample'])],
  ['completions', new Set(['prompt', 'suffix', 'echo', 'best_of'])],
  [
    'chat',
    new Set([
      'max_completion_tokens',
      'response_format',
      'stream_options',
      'parallel_tool_calls',
      'reasoning_effort',
      'presence_penalty',
      'frequency_penalty',
      'logit_bias',
      'logprobs',
      'top_logprobs',
      'functions',
      'function_call',
      'n',
      'seed',
      'stop',
      'user',
      'store',
      'verbosity',
      'modalities',
      'audio',
      'prediction',
      'web_search_options',
      'safety_identifier',
      'prompt_cache_key',
      'prompt_cache_retention',
      'prompt_cache_options',
      'moderation',
    ]),
  ],
  ['messages', new Set(['system', 'stop_sequences', 'thinking', 'output_config', 'mcp_servers', 'context_management'])],
];

const chatRoles: ReadonlySet<unknown> = new Set(['tool', 'developer', 'function']);
const chatParts: ReadonlySet<unknown> = new Set(['image_url', 'input_audio', 'file']);

type JsonObject = Readonly<Record<string, unknown>>;

/** The dialect of a request that does not name it, by what only one of them has: Messages unless something says otherwise. */
export function inferDialect(request: Buffer): Dialect {
  const names = new JsonScanner(request).members(0).map(({ key }) => key);
  const sign = signs.find(([, own]) => names.some((name) => own.has(name)));
  return sign?.[0] ?? (saysChat(request) ? 'chat' : 'messages');
}

/** Whether what Messages and Chat have in common is said as in Chat. */
function saysChat(request: Buffer): boolean {
  const body = parsed(request);
  const messages = objectsOf(body['messages']);
  // Messages has to have one. `null` is how some clients say that it is not set.
  if (body['max_tokens'] === undefined || body['max_tokens'] === null) return messages.length > 0;
  const [tool] = objectsOf(body['tools']);
  return (tool !== undefined && isChatTool(tool)) || messages.some(isChatMessage);
}

/** Parsing is native, and faster than to scan every message. What is no JSON is refused when the request is read. */
function parsed(request: Buffer): JsonObject {
  try {
    return objectsOf([JSON.parse(request.toString('utf8'))])[0] ?? {};
  } catch {
    return {};
  }
}

function isChatTool(tool: JsonObject): boolean {
  return tool['type'] === 'function' || tool['function'] !== undefined || tool['custom'] !== undefined;
}

function isChatMessage({ role, content }: JsonObject, at: number): boolean {
  // Messages takes a system message anywhere but at the beginning.
  if (chatRoles.has(role) || (at === 0 && role === 'system')) return true;
  return objectsOf(content).some(({ type }) => chatParts.has(type));
}

/** The objects in what may be a list. */
function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
}
