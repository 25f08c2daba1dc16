import type { Dialect } from '../dialect.js';
import type { Verdict } from '../openai/compatibility-row.js';
import type { Warning } from '../warning.js';

export interface InboundRow {
  /** The dialects at our door that have the field; `messages` stands for a request on its way to an Anthropic upstream. */
  readonly dialects: readonly Dialect[];
  /** The client's own name of the field. */
  readonly field: string;
  readonly verdict: Verdict;
  readonly note: string;
  /** The code in `x-proxy-warnings`. */
  readonly warning?: string;
}

const openai = ['chat', 'responses'] as const;

/** What becomes of the fields of the other dialects in a canonical request; docs/compatibility.md is rendered from it. */
export const inboundCompatibility = [
  {
    dialects: openai,
    field: 'system and developer messages',
    verdict: 'mapped',
    note: 'the leading ones become `system`, later ones stay where they are',
  },
  {
    dialects: openai,
    field: 'image, file',
    verdict: 'mapped or refused',
    note: 'data and http URLs; a `file_id` is refused, and either one in a system message; an image has no name',
  },
  { dialects: openai, field: 'audio', verdict: 'refused', note: 'content would vanish' },
  { dialects: ['chat'], field: 'modalities', verdict: 'refused', note: 'unless text alone' },
  {
    dialects: openai,
    field: 'image detail, input_file.detail',
    verdict: 'dropped',
    warning: 'image_detail_dropped',
    note: 'Anthropic decides by the size of the image',
  },
  { dialects: ['chat'], field: 'messages[].name', verdict: 'dropped', warning: 'name_dropped', note: 'no counterpart' },
  {
    dialects: openai,
    field: 'a conversation that ends with an assistant message',
    verdict: 'emulated',
    warning: 'continuation_added',
    note: 'a user turn `Continue.` follows, as no current model continues a prefill',
  },
  {
    dialects: ['chat'],
    field: 'messages[] annotations, parsed, reasoning, reasoning_content; tool_calls[] index, parsed_arguments',
    verdict: 'ignored',
    note: 'an answer that is sent back says in them a second time what is read elsewhere',
  },
  {
    dialects: ['responses'],
    field: 'input[] id, status, phase, caller, created_by; output_text annotations, logprobs',
    verdict: 'ignored',
    note: 'labels of an earlier answer; towards Responses the phase is told anew from the tool calls',
  },
  {
    dialects: ['responses'],
    field: 'client_metadata',
    verdict: 'ignored',
    note: 'what Codex tells OpenAI of itself',
  },
  {
    dialects: [...openai, 'completions'],
    field: 'stream_options.include_obfuscation',
    verdict: 'ignored',
    note: 'streams are not padded',
  },
  {
    dialects: openai,
    field: 'user beside safety_identifier',
    verdict: 'dropped',
    warning: 'user_dropped',
    note: 'unless both are the same; each alone becomes `metadata.user_id`',
  },
  {
    dialects: openai,
    field: 'tool_choice required without tools',
    verdict: 'refused',
    note: 'the model would be free',
  },
  {
    dialects: openai,
    field: 'tool call arguments',
    verdict: 'mapped',
    warning: 'tool_input_repaired',
    note: 'arguments that are not a complete JSON object are read up to where they break off',
  },
  {
    dialects: openai,
    field: 'tools of type custom',
    verdict: 'emulated',
    note: 'a function with one `input` string, turned back in the answer',
  },
  {
    dialects: openai,
    field: 'tools of type custom: format',
    verdict: 'emulated',
    warning: 'tool_format_described',
    note: 'a grammar is put into the description, and not enforced',
  },
  {
    dialects: ['chat'],
    field: 'functions',
    verdict: 'mapped',
    note: 'without parallel calls, of which the one `function_call` of an answer would lose all but the first: several are an error',
  },
  {
    dialects: openai,
    field: 'allowed_tools',
    verdict: 'mapped or refused',
    warning: 'tool_dropped',
    note: 'the list of tools is filtered; a name that is not declared is left out, a list of such names alone and a forced call of one are refused',
  },
  {
    dialects: openai,
    field: 'tools[]: async, defer_loading, output_schema, allowed_callers beside `direct`',
    verdict: 'dropped',
    warning: 'tool_member_dropped',
    note: 'the tool is declared at once and called by the model itself',
  },
  {
    dialects: ['responses'],
    field: 'tools[].allowed_callers without `direct`',
    verdict: 'dropped',
    warning: 'tool_hidden',
    note: 'the tool is not declared, as no program calls it here',
  },
  {
    dialects: ['responses'],
    field: 'tools of hosted types, tool_search',
    verdict: 'dropped',
    warning: 'tool_dropped',
    note: 'Codex declares them by default and works without',
  },
  {
    dialects: ['responses'],
    field: 'tools of type namespace',
    verdict: 'emulated',
    note: 'its tools are named `namespace__tool` and named back in the answer; its description stands before theirs, or before the first if long',
  },
  {
    dialects: ['responses'],
    field: 'tools of one name',
    verdict: 'mapped or refused',
    note: 'the same tool declared again takes the place of the first; two tools that share a name, also as `namespace__tool`, are refused',
  },
  {
    dialects: ['responses'],
    field: 'input items of hosted tools',
    verdict: 'dropped',
    warning: 'item_dropped',
    note: 'no counterpart',
  },
  {
    dialects: ['responses'],
    field: 'previous_response_id, conversation, prompt, background, item_reference',
    verdict: 'refused',
    note: 'they need a store of earlier answers; `background` is refused for every upstream, because its answer would be charged to nobody',
  },
  {
    dialects: openai,
    field: 'reasoning',
    verdict: 'mapped',
    note: 'effort becomes `output_config.effort`; earlier reasoning comes back in envelopes, foreign ones are left out',
  },
  {
    dialects: openai,
    field: 'reasoning effort minimal',
    verdict: 'mapped',
    warning: 'effort_clamped',
    note: 'kept for models of OpenAI’s that know it, `low` for all others',
  },
  {
    dialects: ['responses'],
    field: 'reasoning.summary without an effort',
    verdict: 'mapped or dropped',
    warning: 'reasoning_summary_dropped',
    note: 'thinking, as much as is the upstream’s default; dropped where that is none',
  },
  {
    dialects: ['responses'],
    field: 'reasoning.summary concise, detailed',
    verdict: 'mapped',
    warning: 'summary_style_dropped',
    note: 'as `auto`',
  },
  {
    dialects: openai,
    field: 'response_format / text.format json_schema',
    verdict: 'mapped',
    note: 'its description becomes that of the schema, its name is left out; `strict: false` is kept towards OpenAI’s models, Anthropic always enforces a schema',
  },
  {
    dialects: openai,
    field: 'response_format / text.format json_object',
    verdict: 'emulated',
    warning: 'json_object_emulated',
    note: 'an instruction in `system`',
  },
  { dialects: ['chat', 'completions'], field: 'n above 1', verdict: 'refused', note: 'one answer a request' },
  {
    dialects: ['chat', 'completions'],
    field: 'logprobs, top_logprobs',
    verdict: 'dropped',
    warning: 'logprobs_dropped',
    note: 'no counterpart',
  },
  {
    dialects: ['chat', 'completions'],
    field: 'logit_bias',
    verdict: 'dropped',
    warning: 'logit_bias_dropped',
    note: 'no counterpart',
  },
  {
    dialects: ['chat', 'completions'],
    field: 'seed',
    verdict: 'dropped',
    warning: 'seed_dropped',
    note: 'no counterpart',
  },
  {
    dialects: ['chat', 'completions'],
    field: 'presence_penalty, frequency_penalty',
    verdict: 'dropped',
    warning: 'penalty_dropped',
    note: 'unless 0',
  },
  {
    dialects: ['chat'],
    field: 'prediction',
    verdict: 'dropped',
    warning: 'prediction_dropped',
    note: 'an optimisation',
  },
  {
    dialects: openai,
    field: 'verbosity',
    verdict: 'dropped',
    warning: 'verbosity_dropped',
    note: 'unless `medium`, the default',
  },
  { dialects: openai, field: 'store', verdict: 'dropped', warning: 'store_dropped', note: 'unless false' },
  { dialects: openai, field: 'metadata', verdict: 'dropped', warning: 'metadata_dropped', note: 'Responses echoes it' },
  {
    dialects: openai,
    field: 'prompt_cache_key, prompt_cache_retention, prompt_cache_options',
    verdict: 'mapped or dropped',
    warning: 'prompt_cache_dropped',
    note: 'kept where the upstream is one of OpenAI’s that takes them; Anthropic caches by breakpoints',
  },
  {
    dialects: openai,
    field: 'prompt_cache_breakpoint',
    verdict: 'mapped',
    note: '`cache_control`, which is read as well where a client puts it into OpenAI’s words; that of a Chat message counts for its last part; a `ttl` becomes an hour, and between OpenAI’s dialects the upstream’s own',
  },
  { dialects: openai, field: 'moderation', verdict: 'dropped', warning: 'moderation_dropped', note: 'no counterpart' },
  {
    dialects: openai,
    field: 'service_tier',
    verdict: 'mapped or dropped',
    warning: 'service_tier_dropped',
    note: '`auto`, `priority` and `fast` become `auto`, `default` becomes `standard_only`; OpenAI’s models get `priority` where the operator allows it, and all others are dropped',
  },
  {
    dialects: openai,
    field: 'search_context_size',
    verdict: 'dropped',
    warning: 'search_context_size_dropped',
    note: 'no counterpart',
  },
  {
    dialects: ['responses'],
    field: 'max_tool_calls',
    verdict: 'dropped',
    warning: 'max_tool_calls_dropped',
    note: 'no counterpart',
  },
  {
    dialects: ['responses'],
    field: 'truncation auto',
    verdict: 'dropped',
    warning: 'truncation_dropped',
    note: 'a full context is an error',
  },
  {
    dialects: ['responses'],
    field: 'include of anything but encrypted reasoning',
    verdict: 'dropped',
    warning: 'include_dropped',
    note: 'nothing to include',
  },
  {
    dialects: ['chat', 'responses', 'completions', 'complete'],
    field: 'an answer in which Anthropic’s own tools paused',
    verdict: 'mapped',
    note: 'as an answer cut short by a limit: `length`, `incomplete`, `max_tokens`; these dialects have no way to continue it',
  },
  { dialects: ['completions'], field: 'suffix', verdict: 'refused', note: 'no model here fills in the middle' },
  { dialects: ['completions'], field: 'best_of', verdict: 'dropped', warning: 'best_of_dropped', note: 'unless 1' },
  { dialects: ['completions'], field: 'echo', verdict: 'emulated', note: 'the prompt is put before the answer' },
  {
    dialects: ['chat', 'responses', 'completions', 'complete'],
    field: 'any other field, at any depth',
    verdict: 'dropped',
    warning: 'unknown_field_dropped',
    note: 'an unknown field is no error',
  },
  {
    dialects: ['messages'],
    field: 'max_tokens above the model’s',
    verdict: 'mapped',
    warning: 'max_tokens_clamped',
    note: 'lowered to what the model can write',
  },
  {
    dialects: ['messages'],
    field: 'temperature',
    verdict: 'mapped or dropped',
    warning: 'temperature_dropped',
    note: 'dropped where the model refuses it',
  },
  {
    dialects: ['messages'],
    field: 'temperature above 1',
    verdict: 'mapped',
    warning: 'temperature_clamped',
    note: 'Anthropic’s scale ends at 1',
  },
  {
    dialects: ['messages'],
    field: 'top_p',
    verdict: 'mapped or dropped',
    warning: 'top_p_dropped',
    note: 'dropped where the model refuses it, or beside a temperature',
  },
  {
    dialects: ['messages'],
    field: 'top_k',
    verdict: 'mapped or dropped',
    warning: 'top_k_dropped',
    note: 'dropped where the model refuses it',
  },
  {
    dialects: ['messages'],
    field: 'stop_sequences of white space',
    verdict: 'emulated',
    warning: 'usage_estimated',
    note: 'Anthropic refuses them, so that the text is searched here, for 16,000 characters at most; a stream is cut off at the match, its output estimated',
  },
  {
    dialects: ['messages'],
    field: 'output_config.effort',
    verdict: 'mapped or dropped',
    warning: 'effort_clamped',
    note: 'lowered to what the model knows; older models get a budget of thinking instead',
  },
  {
    dialects: ['messages'],
    field: 'a summary of thinking without an effort',
    verdict: 'mapped or dropped',
    warning: 'reasoning_summary_dropped',
    note: 'dropped where the model thinks only with a stated budget, or a tool call is forced',
  },
  {
    dialects: ['messages'],
    field: 'thinking behind tool calls without their thinking',
    verdict: 'dropped',
    warning: 'thinking_suspended',
    note: 'up to 4.5 models refuse to go on thinking there',
  },
  {
    dialects: ['messages'],
    field: 'tool_choice any, tool',
    verdict: 'mapped or dropped',
    warning: 'tool_choice_relaxed',
    note: '`auto` where the model thinks, as it refuses a forced choice then',
  },
  {
    dialects: ['messages'],
    field: 'a conversation without breakpoints',
    verdict: 'emulated',
    note: 'cached up to its system prompt and its last block, as OpenAI does without being asked, if it already contains an answer or the model may call tools; `automaticCaching: false` in a target’s capabilities switches it off',
  },
  {
    dialects: ['messages'],
    field: 'cache_control beyond four',
    verdict: 'dropped',
    warning: 'cache_control_dropped',
    note: 'the last four count',
  },
] as const satisfies readonly InboundRow[];

/** Every code that this side of the translation may warn with. */
export type InboundWarningCode = Extract<(typeof inboundCompatibility)[number], { warning: string }>['warning'];

export function inboundWarning(code: InboundWarningCode, path: string): Warning {
  return { code, path };
}
