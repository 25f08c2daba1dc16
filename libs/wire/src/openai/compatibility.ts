import type { Warning } from '../warning.js';

/**
 * `mapped`: has a counterpart. `emulated`: the gateway does it. `dropped`: let go, and the client is told by `warning`.
 * `ignored`: let go without a word, because nothing of meaning is lost. `refused`: 400 that names the path.
 * Where a row names two, the note says which applies when.
 */
export type Verdict =
  | 'mapped'
  | 'mapped or dropped'
  | 'mapped or ignored'
  | 'mapped or refused'
  | 'emulated'
  | 'dropped'
  | 'ignored'
  | 'refused';

export interface CompatibilityRow {
  /** Anthropic's name of the field; `[]` for any element, `<type>` for a block, `answer.` for what comes back. */
  readonly field: string;
  /** Towards `/chat/completions`. */
  readonly chat: Verdict;
  /** Towards `/responses`. */
  readonly responses: Verdict;
  readonly note: string;
  /** The code in `x-proxy-warnings`. */
  readonly warning?: string;
}

/** What becomes of every field of the Messages API on an OpenAI upstream; docs/compatibility.md is rendered from it. */
export const compatibility = [
  // The request
  {
    field: 'model',
    chat: 'mapped',
    responses: 'mapped',
    note: 'by the route table; a `[1m]` suffix is cut off; the answer repeats the name that the client asked for',
  },
  {
    field: 'max_tokens',
    chat: 'mapped',
    responses: 'mapped',
    warning: 'max_tokens_clamped',
    note: '`max_completion_tokens`, `max_tokens` for servers that know no other, or `max_output_tokens`; lowered to what the model can write',
  },
  {
    field: 'max_tokens (below 16)',
    chat: 'mapped',
    responses: 'mapped',
    warning: 'max_tokens_raised',
    note: 'Responses takes no less than 16; the capability `minOutput` of a target raises more',
  },
  {
    field: 'max_tokens (0)',
    chat: 'emulated',
    responses: 'emulated',
    warning: 'cache_warm_up_skipped',
    note: 'an empty answer: it only warms a cache, which OpenAI warms unasked',
  },
  { field: 'stream', chat: 'mapped', responses: 'mapped', note: 'with usage in the last chunk' },
  {
    field: 'stop_sequences',
    chat: 'emulated',
    responses: 'emulated',
    note: 'the text is searched here: OpenAI takes four at most, none on reasoning models, and never says which one matched',
  },
  {
    field: 'temperature',
    chat: 'mapped or dropped',
    responses: 'mapped or dropped',
    warning: 'temperature_dropped',
    note: 'dropped where the model refuses sampling parameters',
  },
  {
    field: 'top_p',
    chat: 'mapped or dropped',
    responses: 'mapped or dropped',
    warning: 'top_p_dropped',
    note: 'as `temperature`',
  },
  {
    field: 'top_k',
    chat: 'mapped or dropped',
    responses: 'dropped',
    warning: 'top_k_dropped',
    note: 'only compatible servers with the flag take it',
  },
  {
    field: 'metadata.user_id',
    chat: 'mapped or ignored',
    responses: 'mapped or ignored',
    note: 'SHA-256 of it as `safety_identifier`; its session becomes `prompt_cache_key`',
  },
  {
    field: 'thinking',
    chat: 'mapped',
    responses: 'mapped',
    note: 'as an effort: a budget up to 2048 is low, 12000 medium, 32000 high, more xhigh; adaptive is high',
  },
  {
    field: 'thinking (disabled)',
    chat: 'mapped or dropped',
    responses: 'mapped or dropped',
    warning: 'thinking_not_disabled',
    note: 'the lowest effort, where the model cannot go without reasoning',
  },
  {
    field: 'thinking.display',
    chat: 'emulated',
    responses: 'mapped',
    note: '`omitted` gives blocks with a signature and no text',
  },
  {
    field: 'output_config.effort',
    chat: 'mapped or dropped',
    responses: 'mapped',
    warning: 'effort_dropped',
    note: '`reasoning_effort`; dropped where the model does not reason, or refuses it beside tools on Chat Completions',
  },
  {
    field: 'output_config.effort (beyond the model)',
    chat: 'mapped',
    responses: 'mapped',
    warning: 'effort_clamped',
    note: 'the nearest level that the model knows',
  },
  {
    field: 'output_config.format',
    chat: 'mapped or dropped',
    responses: 'mapped',
    warning: 'output_format_dropped',
    note: '`json_schema` named `structured_output`; dropped where the server knows no schemas',
  },
  {
    field: 'output_config.format (outside the strict subset)',
    chat: 'mapped',
    responses: 'mapped',
    warning: 'output_format_not_strict',
    note: 'sent with `strict: false`',
  },
  {
    field: 'output_config.task_budget',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'task_budget_dropped',
    note: 'no counterpart',
  },
  {
    field: 'service_tier',
    chat: 'mapped or dropped',
    responses: 'mapped or dropped',
    warning: 'service_tier_dropped',
    note: '`auto`, and `standard_only` as `default`',
  },
  {
    field: 'speed',
    chat: 'mapped or dropped',
    responses: 'mapped or dropped',
    warning: 'speed_dropped',
    note: '`fast` is the priority tier, if the operator allows it',
  },
  {
    field: 'cache_control',
    chat: 'mapped or ignored',
    responses: 'mapped or ignored',
    note: 'a breakpoint on text where the model has them (the last four); elsewhere prefixes are cached unasked',
  },
  {
    field: 'context_management',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'context_management_dropped',
    note: '`clear_thinking` that keeps all changes nothing and brings no warning; the answer says that no edit was applied',
  },
  {
    field: 'inference_geo',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'inference_geo_dropped',
    note: 'no counterpart',
  },
  {
    field: 'diagnostics',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'diagnostics_dropped',
    note: '`null` in the answer',
  },
  {
    field: 'billing_policy',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'billing_policy_dropped',
    note: 'no counterpart',
  },
  { field: 'tags', chat: 'dropped', responses: 'dropped', warning: 'tags_dropped', note: 'no counterpart' },
  {
    field: 'user_profile_id',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'user_profile_dropped',
    note: 'no counterpart',
  },
  {
    field: 'fallbacks, fallback_credit_token',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'fallbacks_dropped',
    note: 'the gateway has its own',
  },
  {
    field: 'any unknown field',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'unknown_field_dropped',
    note: 'never a reason to fail',
  },
  { field: 'safeguards', chat: 'refused', responses: 'refused', note: 'a safety check that nobody would run' },
  {
    field: 'thread',
    chat: 'refused',
    responses: 'refused',
    note: 'with `thread_unsupported_request`, on which clients send the whole conversation',
  },
  { field: 'compaction', chat: 'refused', responses: 'refused', note: 'needs a signed block' },
  {
    field: 'container, mcp_servers',
    chat: 'refused',
    responses: 'refused',
    note: 'would change what the answer means',
  },
  // Messages
  {
    field: 'system',
    chat: 'mapped',
    responses: 'mapped',
    note: 'first message, `developer` or `system`; a block that starts with `x-anthropic-billing-header:` is removed',
  },
  {
    field: 'messages[] of role system',
    chat: 'mapped',
    responses: 'mapped',
    note: 'at its place; as `<system-reminder>` in a user message where the template refuses it',
  },
  {
    field: 'messages[] ending with assistant',
    chat: 'refused',
    responses: 'refused',
    note: 'no upstream continues a prefill',
  },
  { field: '<text>', chat: 'mapped', responses: 'mapped', note: '' },
  { field: '<text>.citations', chat: 'ignored', responses: 'ignored', note: 'the text itself stays' },
  {
    field: '<image>',
    chat: 'mapped or refused',
    responses: 'mapped or refused',
    note: 'base64 and URL, which the upstream fetches; a `file_id` is refused, any image where the model sees none, and a URL where it has the capability `imageUrls: false`',
  },
  {
    field: '<image>.transformations',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'image_transformations_dropped',
    note: 'no counterpart',
  },
  {
    field: '<document> PDF',
    chat: 'mapped or refused',
    responses: 'mapped or refused',
    note: 'base64 everywhere, URL on Responses alone; `context` goes in `<document>` marks around it; refused where the model reads none',
  },
  { field: '<document> text or content', chat: 'mapped', responses: 'mapped', note: 'text in `<document>` marks' },
  {
    field: '<document>, <search_result> citations',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'citations_dropped',
    note: 'the content stays, answers do not cite it',
  },
  { field: '<search_result>', chat: 'mapped', responses: 'mapped', note: 'text in `<search_result>` marks' },
  {
    field: '<tool_use>',
    chat: 'mapped',
    responses: 'mapped',
    note: 'ids are kept; one outside `[a-zA-Z0-9_-]{1,64}` is hashed',
  },
  {
    field: '<tool_result>',
    chat: 'mapped',
    responses: 'mapped',
    note: 'Chat: images and documents follow in a user message after all results',
  },
  { field: '<tool_result>.is_error', chat: 'emulated', responses: 'emulated', note: '`Error: ` before the text' },
  {
    field: '<tool_reference>',
    chat: 'emulated',
    responses: 'emulated',
    note: 'says that the tool is now available, and unlocks it',
  },
  {
    field: '<browser_state>',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'browser_state_dropped',
    note: 'no counterpart',
  },
  {
    field: '<thinking>, <redacted_thinking>',
    chat: 'mapped or ignored',
    responses: 'mapped or ignored',
    note: 'replayed to the model that thought it; foreign signatures are never sent',
  },
  {
    field: '<server_tool_use>, <mcp_tool_use> and results',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'server_tool_history_summarised',
    note: 'one line of text says what was done',
  },
  {
    field: '<compaction>',
    chat: 'mapped',
    responses: 'mapped',
    warning: 'compaction_dropped',
    note: 'its text; dropped when it is encrypted only',
  },
  { field: '<tool_addition>, <tool_removal>', chat: 'emulated', responses: 'emulated', note: 'edit the list of tools' },
  {
    field: '<tool_addition>, <tool_removal> of MCP tools',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'mcp_tool_change_dropped',
    note: 'no MCP servers here',
  },
  {
    field: '<mcp_tool_listing>',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'mcp_tool_listing_dropped',
    note: 'no MCP servers here',
  },
  { field: '<fallback>', chat: 'ignored', responses: 'ignored', note: 'a note of Anthropic to itself' },
  { field: '<container_upload>, unknown types', chat: 'refused', responses: 'refused', note: 'content would vanish' },
  // Tools
  {
    field: 'tools[] custom',
    chat: 'mapped',
    responses: 'mapped',
    note: 'names over 64 characters are shortened and restored',
  },
  {
    field: 'tools[].input_schema',
    chat: 'mapped',
    responses: 'mapped',
    warning: 'tool_schema_folded',
    note: 'alternatives at the top level are folded into one object',
  },
  {
    field: 'tools[].strict',
    chat: 'mapped or dropped',
    responses: 'mapped or dropped',
    warning: 'strict_dropped',
    note: 'if the schema is in OpenAI’s subset',
  },
  {
    field: 'tools[].defer_loading',
    chat: 'emulated',
    responses: 'emulated',
    note: 'hidden until a reference names the tool',
  },
  {
    field: 'tools[].allowed_callers',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'tool_hidden',
    note: 'a tool without `direct` is hidden',
  },
  {
    field: 'tools[].input_examples, eager_input_streaming, cache_control',
    chat: 'ignored',
    responses: 'ignored',
    note: '',
  },
  {
    field: 'tools[] bash, text_editor, memory',
    chat: 'emulated',
    responses: 'emulated',
    note: 'functions with their documented schema',
  },
  {
    field: 'tools[] web_search',
    chat: 'refused',
    responses: 'mapped or refused',
    note: 'where the model has the hosted tool; elsewhere as any other type',
  },
  {
    field: 'tools[] web_search.blocked_domains',
    chat: 'refused',
    responses: 'dropped',
    warning: 'blocked_domains_dropped',
    note: 'no counterpart',
  },
  {
    field: 'tools[] of any other type',
    chat: 'refused',
    responses: 'refused',
    note: 'a model that silently cannot do it invents results; dropped with `tool_dropped` where a target has the capability `onUnsupportedServerTool: drop`',
  },
  {
    field: 'tool_choice',
    chat: 'mapped',
    responses: 'mapped',
    note: '`any` is `required`; left out when no tool is left',
  },
  {
    field: 'tool_choice.disable_parallel_tool_use',
    chat: 'mapped or dropped',
    responses: 'mapped or dropped',
    warning: 'disable_parallel_tool_use_dropped',
    note: 'the o-series does not take it',
  },
  // The answer
  {
    field: 'answer.stop_reason',
    chat: 'mapped',
    responses: 'mapped',
    warning: 'finish_reason_unknown',
    note: 'an unknown one becomes `end_turn`',
  },
  {
    field: 'answer.usage',
    chat: 'mapped',
    responses: 'mapped',
    warning: 'usage_estimated',
    note: 'cached tokens are taken out of the input; estimated from the text when the upstream gives none',
  },
  {
    field: 'answer.content of other hosted tools',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'answer_item_dropped',
    note: 'items and parts that the Messages API has no block for',
  },
  {
    field: 'answer.content tool_use.input',
    chat: 'mapped',
    responses: 'mapped',
    warning: 'tool_input_repaired',
    note: 'arguments cut off by the limit are read as far as they go; broken ones of an answer that is whole are an error, as a client would run the call',
  },
  {
    field: 'answer stream, unreadable lines',
    chat: 'dropped',
    responses: 'dropped',
    warning: 'upstream_line_skipped',
    note: 'only lines that cannot be part of an answer',
  },
] as const satisfies readonly CompatibilityRow[];

/** Every code that a translation may warn with. One that has no row above does not compile. */
export type WarningCode = Extract<(typeof compatibility)[number], { warning: string }>['warning'];

export function warning(code: WarningCode, path: string): Warning {
  return { code, path };
}
