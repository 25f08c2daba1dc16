/** Members that the dialects have themselves. Any other name in a path is the client's own word, and may be a prompt. */
const dialectsMembers: ReadonlySet<string> = new Set(
  `
  allowed_callers allowed_domains allowed_tools annotations arguments audio background best_of betas billing_policy
  blocked_domains budget_tokens cache_control call_id citations client_metadata config configs container content context
  context_management conversation custom data default_config definition description detail diagnostics dialect
  disable_parallel_tool_use display echo edits effort enabled encrypted_content fallback_credit_token fallbacks file file_data
  file_id file_url filename filters format frequency_penalty function function_call functions id image image_url include
  include_usage inference_geo input input_audio input_schema instructions is_error json_schema keep logit_bias logprobs
  max_completion_tokens max_output_tokens max_tokens max_tokens_to_sample max_tool_calls max_uses mcp_servers media_type
  messages metadata modalities mode model moderation n name namespace output output_config output_format parallel_tool_calls
  parameters prediction presence_penalty previous_response_id prompt prompt_cache_key prompt_cache_options
  prompt_cache_retention reasoning reasoning_effort refusal request response_format role safety_identifier schema
  search_context_size seed service_tier signature source speed status stop stop_sequences store stream stream_options strict
  suffix summary system tags task_budget temperature text thinking thread title tool tool_call_id tool_calls tool_changes
  tool_choice tool_definition tool_name tool_use_id tools top_k top_logprobs top_p truncation ttl type url user user_id
  user_location user_profile_id value verbosity web_search_options workspace_id
  `
    .trim()
    .split(/\s+/),
);

/** No list of a request is longer; longer numbers may be somebody's. */
const position = /^\d{1,6}$/;

const longestPath = 200;

/**
 * The path of a fault in a client's body as it may be logged: up to its first step that is neither a member of a dialect nor a
 * position. `messages.0.content` stays; of `metadata.what they wrote` it leaves `metadata`.
 */
export function loggedPath(path: string): string {
  const steps = path
    .slice(0, longestPath)
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.');
  const first = steps.findIndex((step, index) => !(dialectsMembers.has(step) || (index > 0 && position.test(step))));
  return (first === -1 ? steps : steps.slice(0, first)).join('.');
}
