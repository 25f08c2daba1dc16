import { isObject, type JsonObject } from '../json-object.js';
import { inboundWarning } from '../inbound/compatibility.js';
import { hasDefaultEffort } from '../inbound/default-effort.js';
import { hasMinimalEffort } from '../inbound/minimal-effort.js';
import { noOutputLimit } from '../inbound/output-limit.js';
import { keptPromptCache } from '../inbound/prompt-cache.js';
import type { UpstreamModel } from '../openai/upstream-model.js';
import type { UpstreamTranslation } from '../translation.js';
import { isExactNumber } from '../exact-number.js';
import { searchedStops } from '../upstream/stop-sequences.js';
import type { Warning } from '../warning.js';
import { cacheAutomatically } from './automatic-caching.js';
import { type ClaudeModel, claudeModel } from './claude-model.js';
import type { ContentBlockParam, MessagesRequest } from './messages.js';
import { limitBreakpoints, upstreamMessages } from './upstream-conversation.js';

type Thinking = MessagesRequest['thinking'];
type OutputConfig = NonNullable<MessagesRequest['output_config']>;
type Effort = NonNullable<OutputConfig['effort']>;

/** For a model of which nothing is known, when the client named no limit. */
const safeOutputTokens = 32_000;

/** Anthropic's least. */
const minBudgetTokens = 1024;

const budgets: Readonly<Record<Effort, number>> = { low: 1024, medium: 4096, high: 16_384, xhigh: 32_000, max: 32_000 };

/** Sampling, which the current types have no more while the older models still take it. */
interface Sampling {
  temperature?: number;
  top_p?: number;
  top_k?: number;
}

/**
 * A canonical request that came in another dialect, for an Anthropic upstream: what the model named in `upstream` would refuse
 * is lowered or left out, with a warning. (A Messages client's own request is never translated but passed on byte for byte.)
 */
export function toMessagesRequest(
  request: MessagesRequest,
  upstream: UpstreamModel,
): UpstreamTranslation<MessagesRequest> {
  const warnings: Warning[] = [];
  const model = claudeModel(upstream.model);
  const maxTokens = outputLimit(request.max_tokens, model, warnings);
  const { thinking, effort } = reasoning(request, model, maxTokens, warnings);
  const chosen = toolChoice(request, model, thinking, warnings);
  const { output_config: config, stop_sequences: stops = [], thinking: _thinking, ...rest } = request;
  const visible = stops.filter((sequence) => sequence.trim() !== '');
  const body: MessagesRequest = {
    ...withoutSampling(rest),
    model: upstream.model,
    max_tokens: maxTokens,
    messages: upstreamMessages(request.messages, model),
    ...sampling(request, model, chosen.thinking, warnings),
    ...(visible.length > 0 && { stop_sequences: visible }),
    ...thinkingMember(chosen.thinking, model),
    ...outputMember(config, effort),
    ...(chosen.choice && { tool_choice: chosen.choice }),
  };
  keptPromptCache(request, () => false, warnings);
  const own = withOwnBlocks(body);
  cacheAutomatically(own, upstream.capabilities);
  limitBreakpoints(own, warnings);
  return {
    body: own,
    warnings,
    context: {
      model: request.model,
      upstream: { provider: upstream.provider, model: upstream.model },
      toolNames: new Map(),
      // Anthropic refuses these; the answer's reader looks for them.
      stopSequences: searchedStops(stops.filter((sequence) => sequence.trim() === '')),
      thinking: 'shown',
      contextManagement: request.context_management != null,
    },
  };
}

function outputLimit(asked: number, model: ClaudeModel, warnings: Warning[]): number {
  if (asked === noOutputLimit) return model.maxOutput ?? safeOutputTokens;
  if (model.maxOutput === undefined || asked <= model.maxOutput) return asked;
  warnings.push(inboundWarning('max_tokens_clamped', 'max_tokens'));
  return model.maxOutput;
}

function reasoning(
  request: MessagesRequest,
  model: ClaudeModel,
  maxTokens: number,
  warnings: Warning[],
): { thinking: Thinking; effort: Effort | undefined } {
  const { thinking } = request;
  const asked = request.output_config?.effort ?? undefined;
  if (thinking?.type === 'disabled' || (thinking === undefined && asked === undefined))
    return { thinking, effort: undefined };
  if (model.thinking === 'adaptive') {
    if (hasMinimalEffort(thinking)) warnings.push(inboundWarning('effort_clamped', 'output_config.effort'));
    if (asked !== 'xhigh' || model.xhighEffort) return { thinking, effort: asked };
    warnings.push(inboundWarning('effort_clamped', 'output_config.effort'));
    return { thinking, effort: 'high' };
  }
  if (asked === undefined && hasDefaultEffort(thinking)) {
    // These models think only in a measure that is named, and none was.
    warnings.push(inboundWarning('reasoning_summary_dropped', 'reasoning.summary'));
    return { thinking: undefined, effort: undefined };
  }
  const wanted = thinking?.type === 'enabled' ? thinking.budget_tokens : budgets[asked ?? 'high'];
  // The budget has to be less than the whole output.
  const budget = Math.min(wanted, maxTokens - 1);
  if (thinkingIsLost(request)) {
    warnings.push(inboundWarning('thinking_suspended', 'messages'));
    return { thinking: undefined, effort: undefined };
  }
  if (model.thinking === 'none' || budget < minBudgetTokens) {
    warnings.push(inboundWarning('effort_clamped', 'output_config.effort'));
    return { thinking: undefined, effort: undefined };
  }
  if (hasMinimalEffort(thinking)) warnings.push(inboundWarning('effort_clamped', 'output_config.effort'));
  return { thinking: { type: 'enabled', budget_tokens: budget }, effort: undefined };
}

/**
 * Models with a budget refuse to think on behind tool calls whose own thinking is gone, and most Chat clients send none back.
 */
function thinkingIsLost(request: MessagesRequest): boolean {
  const last = request.messages.findLast((message) => message.role === 'assistant');
  if (!Array.isArray(last?.content)) return false;
  const types = last.content.map((block) => block.type);
  return types.includes('tool_use') && types[0] !== 'thinking' && types[0] !== 'redacted_thinking';
}

/** A forced call and thinking exclude each other: whichever the client asked for by name stays. */
function toolChoice(
  request: MessagesRequest,
  model: ClaudeModel,
  thinking: Thinking,
  warnings: Warning[],
): { choice: MessagesRequest['tool_choice']; thinking: Thinking } {
  const choice = request.tool_choice;
  if (choice?.type !== 'any' && choice?.type !== 'tool') return { choice, thinking };
  if (model.forcedToolChoice && hasDefaultEffort(thinking) && request.output_config?.effort == null) {
    warnings.push(inboundWarning('reasoning_summary_dropped', 'reasoning.summary'));
    return toolChoice(request, model, undefined, warnings);
  }
  const thinks = thinking !== undefined && thinking.type !== 'disabled';
  if (model.forcedToolChoice && !thinks) {
    return { choice, thinking: model.thinksByDefault ? { type: 'disabled' } : thinking };
  }
  warnings.push(inboundWarning('tool_choice_relaxed', 'tool_choice'));
  const serial = choice.disable_parallel_tool_use === true;
  return { choice: { type: 'auto', ...(serial && { disable_parallel_tool_use: true }) }, thinking };
}

/** Where not thinking is the default, saying so is refused by some models and needed by none. */
function thinkingMember(thinking: Thinking, model: ClaudeModel): { thinking?: Thinking } {
  if (thinking === undefined) return {};
  return thinking.type === 'disabled' && !model.thinksByDefault ? {} : { thinking };
}

function sampling(request: MessagesRequest, model: ClaudeModel, thinking: Thinking, warnings: Warning[]): Sampling {
  const { temperature, top_p: topP, top_k: topK } = request as Sampling;
  // A model that thinks takes none of them either; 1 is the default everywhere.
  const allowed = model.sampling && (thinking === undefined || thinking.type === 'disabled');
  const kept: Sampling = {};
  if (temperature !== undefined && allowed) {
    if (temperature > 1) warnings.push(inboundWarning('temperature_clamped', 'temperature'));
    kept.temperature = Math.min(temperature, 1);
  } else if (temperature !== undefined && temperature !== 1) {
    warnings.push(inboundWarning('temperature_dropped', 'temperature'));
  }
  // Not both: the 4.x models refuse it.
  if (topP !== undefined && topP !== 1) {
    if (allowed && temperature === undefined) kept.top_p = topP;
    else warnings.push(inboundWarning('top_p_dropped', 'top_p'));
  }
  if (topK !== undefined) {
    if (allowed) kept.top_k = topK;
    else warnings.push(inboundWarning('top_k_dropped', 'top_k'));
  }
  return kept;
}

function withoutSampling<Request extends object>(request: Request): Request {
  const { temperature: _temperature, top_p: _topP, top_k: _topK, ...rest } = request as Request & Sampling;
  return rest as Request;
}

function outputMember(
  config: MessagesRequest['output_config'],
  effort: Effort | undefined,
): { output_config?: OutputConfig } {
  const { effort: _effort, format, ...others } = config ?? {};
  const output: OutputConfig = {
    ...others,
    ...(effort && { effort }),
    ...(format && { format: { ...format, schema: closed(format.schema) as JsonObject } }),
  };
  return Object.keys(output).length === 0 ? {} : { output_config: output };
}

/** What stands behind these is a value, and no schema. */
const valueKeywords: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples']);

/** What stands behind these is an object of schemas by their names, which may be those of keywords. */
const nameKeywords: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
]);

/** Anthropic's structured output wants every object closed. The parsers have bounded the depth. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isObject(schema) || isExactNumber(schema)) return schema;
  const members = Object.entries(schema).map(([key, value]) => {
    if (valueKeywords.has(key)) return [key, value] as const;
    return [key, nameKeywords.has(key) && isObject(value) ? eachClosed(value) : closed(value)] as const;
  });
  const isOpenObject = schema.type === 'object' && schema.additionalProperties === undefined;
  return { ...Object.fromEntries(members), ...(isOpenObject && { additionalProperties: false }) };
}

function eachClosed(schemas: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closed(schema)]));
}

/** The request is the caller's, who may translate it again for another target: what is edited is copied first. */
function withOwnBlocks(body: MessagesRequest): MessagesRequest {
  return {
    ...body,
    ...(body.tools && { tools: copies(body.tools) }),
    ...(Array.isArray(body.system) && { system: spoken(copies(body.system)) }),
    messages: body.messages.map((message) =>
      Array.isArray(message.content)
        ? ({ ...message, content: message.content.map(ownBlock) } as typeof message)
        : message,
    ),
  };
}

/** Without texts of white space, which Anthropic refuses; `undefined` where no other is left. */
function spoken<Text extends { readonly text: string }>(texts: readonly Text[]): Text[] | undefined {
  const rest = texts.filter(({ text }) => text.trim() !== '');
  return rest.length === 0 ? undefined : rest;
}

function ownBlock(block: ContentBlockParam): ContentBlockParam {
  return block.type === 'tool_result' && Array.isArray(block.content)
    ? { ...block, content: copies(block.content) }
    : { ...block };
}

function copies<Item extends object>(items: readonly Item[]): Item[] {
  return items.map((item) => ({ ...item }));
}
