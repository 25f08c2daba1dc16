import type { InboundRow } from './inbound-row.js';

/** What becomes of a canonical request on its way to an Anthropic upstream. */
export const anthropicRows = [
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
