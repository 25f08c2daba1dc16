import type Anthropic from '@anthropic-ai/sdk';
import { GatewayError } from '../gateway-error.js';
import type { Effort } from '../openai/upstream-model.js';
import type { ListedModel } from './listed-model.js';

type ModelInfo = Anthropic.Models.ModelInfo;
type CapabilitySupport = Anthropic.Models.CapabilitySupport;

/** A page as Anthropic's SDK iterates over it. */
export interface AnthropicModelPage {
  readonly data: readonly ModelInfo[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

/** The page's parameters as they stand in the query. */
export interface ModelPageQuery {
  readonly limit?: unknown;
  readonly after_id?: unknown;
  readonly before_id?: unknown;
}

/** What Anthropic says where a release date is not known. */
const epoch = '1970-01-01T00:00:00Z';
const defaultLimit = 20;
const maxLimit = 1000;

export function formatAnthropicModel({ id, capabilities, native }: ListedModel): ModelInfo {
  const effort = (level: Effort): CapabilitySupport => supported(capabilities.efforts.includes(level));
  const thinks = capabilities.reasoning !== 'none';
  const adaptive = thinks && capabilities.efforts.length > 0;
  return {
    type: 'model',
    id,
    display_name: displayName(id),
    created_at: epoch,
    lifecycle: 'active',
    line: null,
    deprecated_at: null,
    retires_at: null,
    max_input_tokens: capabilities.contextWindow,
    max_tokens: capabilities.maxOutput,
    capabilities: {
      batch: supported(false),
      citations: supported(native),
      code_execution: supported(native),
      context_management: {
        supported: native,
        clear_thinking_20251015: supported(native),
        clear_tool_uses_20250919: supported(native),
        compact_20260112: supported(native),
      },
      effort: {
        supported: adaptive,
        low: effort('low'),
        medium: effort('medium'),
        high: effort('high'),
        xhigh: effort('xhigh'),
        max: effort('max'),
      },
      image_input: supported(capabilities.imageInput),
      pdf_input: supported(capabilities.pdfInput),
      server_tools: {
        supported: capabilities.webSearchTool || native,
        code_execution: supported(native),
        web_search: supported(capabilities.webSearchTool),
      },
      structured_outputs: supported(capabilities.jsonSchema),
      thinking: {
        supported: thinks,
        types: {
          adaptive: supported(adaptive),
          between_tools: supported(false),
          disabled: supported(capabilities.reasoning !== 'always'),
          // Models with adaptive thinking refuse a budget of their own at Anthropic; a translation understands both.
          enabled: supported(thinks && !(native && adaptive)),
        },
      },
    },
  };
}

/** Throws `GatewayError('invalid_request')` for parameters that say nothing. */
export function anthropicModelPage(models: readonly ListedModel[], query: ModelPageQuery): AnthropicModelPage {
  const limit = limitOf(query.limit);
  if (query.after_id !== undefined && query.before_id !== undefined) {
    throw refused('after_id', 'Only one of after_id and before_id can be given');
  }
  const from = query.after_id === undefined ? 0 : indexOf(models, 'after_id', query.after_id) + 1;
  const to = query.before_id === undefined ? models.length : indexOf(models, 'before_id', query.before_id);
  const page =
    query.before_id === undefined ? models.slice(from, from + limit) : models.slice(Math.max(0, to - limit), to);
  return {
    data: page.map(formatAnthropicModel),
    has_more: to - from > limit,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

function supported(value: boolean): CapabilitySupport {
  return { supported: value };
}

function limitOf(value: unknown): number {
  if (value === undefined) return defaultLimit;
  const limit = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > maxLimit) throw refused('limit', `Input should be from 1 to ${maxLimit}`);
  return limit;
}

function indexOf(models: readonly ListedModel[], parameter: string, id: unknown): number {
  const index = models.findIndex((model) => model.id === id);
  if (index === -1) throw refused(parameter, 'There is no such model in this list');
  return index;
}

function refused(path: string, message: string): GatewayError {
  return new GatewayError('invalid_request', `${path}: ${message}`, { path });
}

/** `claude-opus-5-5` is written `Claude Opus 5.5`; other names are shown as they are. */
function displayName(id: string): string {
  const [, family, major, minor] = /^claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?$/.exec(id) ?? [];
  if (family === undefined || major === undefined) return id;
  return `Claude ${family.charAt(0).toUpperCase()}${family.slice(1)} ${major}${minor === undefined ? '' : `.${minor}`}`;
}
