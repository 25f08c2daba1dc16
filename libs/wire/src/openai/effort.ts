import type { MessagesRequest } from '../messages/messages.js';
import { inboundWarning } from '../inbound/compatibility.js';
import { hasDefaultEffort } from '../inbound/default-effort.js';
import { hasMinimalEffort } from '../inbound/minimal-effort.js';
import type { Warning } from '../warning.js';
import { warning } from './compatibility.js';
import { isObject } from '../json-object.js';
import type { Effort, ModelCapabilities } from './upstream-model.js';

/** Ascending. */
const allEfforts: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

interface AskedEffort {
  readonly effort: Effort;
  readonly path: string;
}

export interface ResolvedEffort {
  /** `undefined`: say nothing of effort. */
  readonly effort: Effort | undefined;
  /** Where the client asked for one; `undefined` where it did not. */
  readonly path: string | undefined;
  readonly warnings: readonly Warning[];
}

/** The effort to send; `undefined` says nothing and leaves the model its default. */
export function effortFor(request: MessagesRequest, capabilities: ModelCapabilities): Effort | undefined {
  return resolveEffort(request, capabilities).effort;
}

/** As {@link effortFor}, with what the client is to be told. */
export function resolveEffort(request: MessagesRequest, capabilities: ModelCapabilities): ResolvedEffort {
  const asked = askedEffort(request);
  const { efforts } = capabilities;
  if (asked === undefined) {
    return { effort: undefined, path: undefined, warnings: summaryOfNothing(request, capabilities) };
  }
  const { path } = asked;
  if (capabilities.reasoning === 'none' || efforts.length === 0) {
    return { effort: undefined, path, warnings: asked.effort === 'none' ? [] : [warning('effort_dropped', path)] };
  }
  const effort = clamped(asked.effort, efforts);
  if (effort === asked.effort) return { effort, path, warnings: [] };
  if (asked.effort === 'none') return { effort, path, warnings: [warning('thinking_not_disabled', path)] };
  // A budget and `adaptive` name no level, so that the nearest one is what they mean.
  return { effort, path, warnings: path === 'thinking' ? [] : [warning('effort_clamped', path)] };
}

/** A summary without an effort is one of what the model thinks unasked; some think nothing then. */
function summaryOfNothing(
  { thinking }: MessagesRequest,
  { reasoning, reasoningDefaultOn }: ModelCapabilities,
): Warning[] {
  const thinksUnasked = reasoning === 'always' || (reasoning === 'optional' && reasoningDefaultOn);
  return thinksUnasked || !hasDefaultEffort(thinking)
    ? []
    : [inboundWarning('reasoning_summary_dropped', 'thinking.display')];
}

/** Nearest level the model knows: the highest not above the wish, else the lowest that reasons. */
function clamped(wish: Effort, efforts: readonly Effort[]): Effort | undefined {
  const rank = allEfforts.indexOf(wish);
  if (wish === 'none') return efforts.includes('none') ? 'none' : efforts[0];
  const reasoning = efforts.filter((effort) => effort !== 'none');
  return reasoning.findLast((effort) => allEfforts.indexOf(effort) <= rank) ?? reasoning[0];
}

/** The level among an upstream's own words that is nearest to the one it refused; `undefined` when none is an effort. */
export function nearestEffort(refused: unknown, supported: readonly string[]): Effort | undefined {
  const wish = known(refused);
  const efforts = allEfforts.filter((effort) => supported.includes(effort));
  return wish === undefined || efforts.length === 0 ? undefined : (clamped(wish, efforts) ?? efforts[0]);
}

function askedEffort(request: MessagesRequest): AskedEffort | undefined {
  const { thinking } = request;
  if (thinking?.type === 'disabled') return { effort: 'none', path: 'thinking' };
  for (let index = request.messages.length - 1; index >= 0; index -= 1) {
    const message = request.messages[index];
    if (message?.role !== 'system') continue;
    const effort = known(message.output_config?.effort);
    if (effort !== undefined) return { effort, path: `messages.${index}.output_config.effort` };
  }
  const effort = isObject(request.output_config) ? known(request.output_config.effort) : undefined;
  if (effort !== undefined) {
    return { effort: hasMinimalEffort(thinking) ? 'minimal' : effort, path: 'output_config.effort' };
  }
  switch (thinking?.type) {
    case 'enabled':
      return { effort: effortOfBudget(thinking.budget_tokens), path: 'thinking' };
    case 'adaptive':
    case 'between_tools':
      return hasDefaultEffort(thinking) ? undefined : { effort: 'high', path: 'thinking' };
    default:
      return undefined;
  }
}

function known(effort: unknown): Effort | undefined {
  return allEfforts.find((candidate) => candidate === effort);
}

function effortOfBudget(budgetTokens: number): Effort {
  if (budgetTokens <= 2048) return 'low';
  if (budgetTokens <= 12_000) return 'medium';
  return budgetTokens <= 32_000 ? 'high' : 'xhigh';
}
