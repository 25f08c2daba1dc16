import { append } from '../append.js';
import type { MessagesRequest } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { warning, type WarningCode } from './compatibility.js';
import { isObject } from '../json-object.js';
import { unknownMembers } from './unknown-members.js';
import { unknownValues } from './unknown-values.js';

/** Fields that a translation handles, refuses, or needs no word about. */
const handled: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'max_tokens',
  'system',
  'stream',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'metadata',
  'thinking',
  'output_config',
  'output_format',
  'tools',
  'tool_choice',
  'service_tier',
  'speed',
  'cache_control',
  'context_management',
  // The SDKs send these two as headers; in a body they carry nothing for an upstream.
  'betas',
  'workspace_id',
]);

const withoutCounterpart: Readonly<Record<string, WarningCode>> = {
  inference_geo: 'inference_geo_dropped',
  diagnostics: 'diagnostics_dropped',
  billing_policy: 'billing_policy_dropped',
  tags: 'tags_dropped',
  user_profile_id: 'user_profile_dropped',
  fallbacks: 'fallbacks_dropped',
  fallback_credit_token: 'fallbacks_dropped',
};

/** A warning for every member of the request, at any depth, and every value that no OpenAI upstream has a counterpart for. */
export function droppedFields(request: MessagesRequest): Warning[] {
  const warnings: Warning[] = [];
  for (const [field, value] of Object.entries(request)) {
    if (handled.has(field) || value === null || value === undefined) continue;
    const code = Object.hasOwn(withoutCounterpart, field) ? withoutCounterpart[field] : undefined;
    warnings.push(warning(code ?? 'unknown_field_dropped', field));
  }
  if (isObject(request.output_config) && request.output_config.task_budget != null) {
    warnings.push(warning('task_budget_dropped', 'output_config.task_budget'));
  }
  append(warnings, droppedEdits(request.context_management));
  append(warnings, unknownValues(request));
  append(warnings, unknownMembers(request));
  return warnings;
}

function droppedEdits(contextManagement: unknown): Warning[] {
  const edits = isObject(contextManagement) ? contextManagement.edits : undefined;
  if (!Array.isArray(edits)) return [];
  return edits.flatMap((edit, index) =>
    keepsEverything(edit) ? [] : [warning('context_management_dropped', `context_management.edits.${index}`)],
  );
}

/** Claude Code asks on every call to clear no thinking at all. */
function keepsEverything(edit: unknown): boolean {
  if (!isObject(edit) || edit.type !== 'clear_thinking_20251015') return false;
  const { keep } = edit;
  return keep === 'all' || (isObject(keep) && keep.type === 'all');
}
