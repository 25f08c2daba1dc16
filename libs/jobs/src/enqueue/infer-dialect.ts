import { type Dialect, JsonScanner } from '#wire';

/** Members that only one dialect has, the first that fits. Chat and Messages share most, so Chat is known by its own alone. */
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
      'functions',
      'function_call',
      'n',
      'seed',
      'stop',
      'user',
    ]),
  ],
];

/** The dialect of a request that does not name it, by the members that it has: Messages unless one says otherwise. */
export function inferDialect(request: Buffer): Dialect {
  const names = new JsonScanner(request).members(0).map(({ key }) => key);
  return signs.find(([, own]) => names.some((name) => own.has(name)))?.[0] ?? 'messages';
}
