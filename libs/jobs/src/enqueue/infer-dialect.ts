import { type Dialect, JsonScanner, type Member, type Span } from '#wire';

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

const chatRoles: ReadonlySet<string> = new Set(['tool', 'developer', 'function']);
const chatParts: ReadonlySet<string> = new Set(['image_url', 'input_audio', 'file']);

/** The dialect of a request that does not name it, by what only one of them has: Messages unless something says otherwise. */
export function inferDialect(request: Buffer): Dialect {
  const scanner = new JsonScanner(request);
  const members = scanner.members(0);
  const sign = signs.find(([, own]) => members.some(({ key }) => own.has(key)));
  if (sign !== undefined) return sign[0];
  const limit = lastOf(members, 'max_tokens')?.value;
  // Messages has to have one. `null` is how some clients say that it is not set.
  const hasLimit = limit !== undefined && request.toString('latin1', limit.start, limit.end) !== 'null';
  return saysChat(scanner, members, hasLimit) ? 'chat' : 'messages';
}

/** Whether what Messages and Chat have in common is said as in Chat. */
function saysChat(scanner: JsonScanner, members: readonly Member[], hasLimit: boolean): boolean {
  const messages = elementsOf(scanner, members, 'messages');
  if (!hasLimit) return messages.length > 0;
  const [tool] = elementsOf(scanner, members, 'tools');
  if (tool !== undefined && isChatTool(scanner, scanner.members(tool.start))) return true;
  return messages.some((message, at) => isChatMessage(scanner, scanner.members(message.start), at));
}

function isChatTool(scanner: JsonScanner, members: readonly Member[]): boolean {
  if (textOf(scanner, members, 'type') === 'function') return true;
  return members.some(({ key }) => key === 'function' || key === 'custom');
}

function isChatMessage(scanner: JsonScanner, members: readonly Member[], at: number): boolean {
  const role = textOf(scanner, members, 'role');
  // Messages takes a system message anywhere but at the beginning.
  if (chatRoles.has(role) || (at === 0 && role === 'system')) return true;
  const parts = elementsOf(scanner, members, 'content');
  return parts.some(({ start }) => chatParts.has(textOf(scanner, scanner.members(start), 'type')));
}

/** Of duplicates the last counts, as for `JSON.parse`. */
function lastOf(members: readonly Member[], key: string): Member | undefined {
  return members.findLast((member) => member.key === key);
}

function elementsOf(scanner: JsonScanner, members: readonly Member[], key: string): readonly Span[] {
  const member = lastOf(members, key);
  return member === undefined ? [] : scanner.elements(member.value.start);
}

function textOf(scanner: JsonScanner, members: readonly Member[], key: string): string {
  const member = lastOf(members, key);
  return member === undefined ? '' : scanner.text(member.value);
}
