import type Anthropic from '@anthropic-ai/sdk';

import { GatewayError } from '../gateway-error.js';
import { inboundWarning } from '../inbound/compatibility.js';
import { isDispensable } from '../inbound/dispensable.js';
import type { MessagesRequest, ToolUnion } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { builtInTool } from './built-in-tools.js';
import { warning } from './compatibility.js';
import { ToolList, type DeclaredTool } from './tool-list.js';
import { functionParameters, isStrictSchema } from './tool-schema.js';
import type { ModelCapabilities } from './upstream-model.js';

export interface FunctionTool {
  readonly kind: 'function';
  /** As the client declared it. */
  readonly name: string;
  readonly description: string | undefined;
  /** Already in the form that OpenAI accepts. */
  readonly parameters: Record<string, unknown>;
  readonly strict: boolean;
  readonly path: string;
}

export type WebSearchOptions =
  | Anthropic.Beta.Messages.BetaWebSearchTool20250305
  | Anthropic.Beta.Messages.BetaWebSearchTool20260209
  | Anthropic.Beta.Messages.BetaWebSearchTool20260318;

export interface WebSearchTool {
  readonly kind: 'web_search';
  readonly name: string;
  readonly options: WebSearchOptions;
  readonly path: string;
}

export interface EffectiveTools {
  readonly tools: readonly (FunctionTool | WebSearchTool)[];
  readonly warnings: readonly Warning[];
}

type Capabilities = Pick<ModelCapabilities, 'webSearchTool' | 'onUnsupportedServerTool'>;

/**
 * The tools that the model is to see: deferred ones only once a reference has named them, changes of the conversation applied,
 * Anthropic's client tools with a schema. Throws `invalid_request` for tools that nobody could run, unless the operator lets them
 * be dropped; a dispensable search is dropped wherever the model has none.
 */
export function effectiveTools(request: MessagesRequest, capabilities: Capabilities): EffectiveTools {
  const drops = capabilities.onUnsupportedServerTool === 'drop';
  const warnings: Warning[] = [];
  const tools: (FunctionTool | WebSearchTool)[] = [];
  const forced = request.tool_choice?.type === 'tool' ? request.tool_choice.name : undefined;
  for (const declared of new ToolList(request, warnings).all()) {
    const { tool, path } = declared;
    if (!declared.visible && declared.name !== forced) continue;
    if ('allowed_callers' in tool && tool.allowed_callers && !tool.allowed_callers.includes('direct')) {
      warnings.push(warning('tool_hidden', `${path}.allowed_callers`));
      continue;
    }
    const dispensed = isWebSearch(tool)
      ? !capabilities.webSearchTool && (drops || isDispensable(tool))
      : drops && isServerTool(tool);
    if (dispensed && declared.name !== forced) {
      warnings.push(inboundWarning('tool_dropped', path));
      continue;
    }
    if (isWebSearch(tool) && tool.strict === true) warnings.push(warning('strict_dropped', `${path}.strict`));
    tools.push(
      isWebSearch(tool) ? { kind: 'web_search', name: tool.name, options: tool, path } : functionOf(declared, warnings),
    );
  }
  if (forced !== undefined && !tools.some((tool) => tool.name === forced)) {
    throw new GatewayError('invalid_request', `tool_choice.name: Tool '${forced}' not found in provided tools`, {
      path: 'tool_choice.name',
    });
  }
  // Without tools the upstreams refuse any choice, so that the model is free to answer in words.
  if (tools.length === 0 && request.tool_choice?.type === 'any') {
    warnings.push(warning('tool_choice_relaxed', 'tool_choice'));
  }
  return { tools, warnings };
}

function isWebSearch(tool: ToolUnion): tool is WebSearchOptions {
  return typeof tool.type === 'string' && tool.type.startsWith('web_search_');
}

type CustomTool = Extract<ToolUnion, { input_schema: unknown }>;

function isCustom(tool: ToolUnion): tool is CustomTool {
  return tool.type === undefined || tool.type === null || tool.type === 'custom';
}

/** Whether Anthropic would run it, or it has a form that only Anthropic's models know. */
function isServerTool(tool: ToolUnion): boolean {
  return !isCustom(tool) && !(typeof tool.type === 'string' && 'name' in tool && builtInTool(tool.type) !== undefined);
}

function functionOf({ tool, path }: DeclaredTool, warnings: Warning[]): FunctionTool {
  if (isCustom(tool)) {
    const { schema, changed } = functionParameters(tool.input_schema);
    if (changed) warnings.push(warning('tool_schema_folded', `${path}.input_schema`));
    const strict = tool.strict === true && isStrictSchema(schema);
    if (tool.strict === true && !strict) warnings.push(warning('strict_dropped', `${path}.strict`));
    return { kind: 'function', name: tool.name, description: tool.description, parameters: schema, strict, path };
  }
  const known = builtInTool(tool.type);
  if (known === undefined || !('name' in tool)) refuseTool(tool, path);
  if ('strict' in tool && tool.strict === true) warnings.push(warning('strict_dropped', `${path}.strict`));
  return {
    kind: 'function',
    name: tool.name,
    description: known.description,
    parameters: known.schema,
    strict: false,
    path,
  };
}

function refuseTool(tool: ToolUnion, path: string): never {
  throw new GatewayError(
    'invalid_request',
    `${path}: tools of type \`${tool.type}\` are run by Anthropic and are not available on this upstream. Send the request without it.`,
    { path },
  );
}
