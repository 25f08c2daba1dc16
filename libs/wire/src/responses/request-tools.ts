import type OpenAI from 'openai';

import { append } from '../append.js';
import { GatewayError } from '../gateway-error.js';
import type { MessagesRequest } from '../messages/messages.js';
import { isDispensable } from '../inbound/dispensable.js';
import { warning } from '../openai/compatibility.js';
import { effectiveTools, type FunctionTool, type WebSearchTool } from '../openai/effective-tools.js';
import type { ToolNames } from '../openai/tool-names.js';
import type { ModelCapabilities } from '../openai/upstream-model.js';
import type { Warning } from '../warning.js';
import { webSearchTool } from './web-search.js';

type CreateParams = OpenAI.Responses.ResponseCreateParams;
export type RequestTools = Pick<CreateParams, 'tools' | 'tool_choice' | 'parallel_tool_calls' | 'max_tool_calls'>;
type Tool = FunctionTool | WebSearchTool;

/** All that a request says of tools. Empty when the model is to see none: then the upstream refuses the other members too. */
export function requestTools(
  request: MessagesRequest,
  capabilities: ModelCapabilities,
  names: ToolNames,
  warnings: Warning[],
): RequestTools {
  const { tools, warnings: toolWarnings } = effectiveTools(request, capabilities);
  append(warnings, toolWarnings);
  if (tools.length === 0) return {};
  const search = tools.find((tool) => tool.kind === 'web_search');
  if (search !== undefined && !capabilities.webSearchTool) refuseWebSearch(search);
  const maxUses = search?.options.max_uses;
  const choice = request.tool_choice;
  return {
    tools: tools.map((tool) =>
      tool.kind === 'web_search' ? webSearchTool(tool, warnings) : functionTool(tool, names),
    ),
    ...(choice ? { tool_choice: toolChoice(choice, tools, names) } : {}),
    ...parallelControl(choice, capabilities, warnings),
    ...(maxUses ? { max_tool_calls: maxUses } : {}),
  };
}

function functionTool(tool: FunctionTool, names: ToolNames): OpenAI.Responses.FunctionTool {
  return {
    type: 'function',
    name: names.upstream(tool.name),
    ...(tool.description === undefined ? {} : { description: tool.description }),
    parameters: tool.parameters,
    // Left out, this API takes it for true and rewrites the schema.
    strict: tool.strict,
  };
}

function toolChoice(
  choice: NonNullable<MessagesRequest['tool_choice']>,
  tools: readonly Tool[],
  names: ToolNames,
): CreateParams['tool_choice'] {
  switch (choice.type) {
    case 'any':
      return 'required';
    case 'none':
      return 'none';
    case 'tool': {
      const hosted = tools.some((tool) => tool.kind === 'web_search' && tool.name === choice.name);
      return hosted
        ? { type: 'allowed_tools', mode: 'required', tools: [{ type: 'web_search' }] }
        : { type: 'function', name: names.upstream(choice.name) };
    }
    case 'auto':
      return 'auto';
    default:
      throw new GatewayError('invalid_request', 'tool_choice.type: Input should be auto, any, tool or none', {
        path: 'tool_choice.type',
      });
  }
}

function parallelControl(
  choice: MessagesRequest['tool_choice'],
  capabilities: ModelCapabilities,
  warnings: Warning[],
): Pick<CreateParams, 'parallel_tool_calls'> {
  if (choice === undefined || choice.type === 'none' || choice.disable_parallel_tool_use !== true) return {};
  if (capabilities.parallelToolCallsParam) return { parallel_tool_calls: false };
  if (!isDispensable(choice))
    warnings.push(warning('disable_parallel_tool_use_dropped', 'tool_choice.disable_parallel_tool_use'));
  return {};
}

function refuseWebSearch({ path, options }: WebSearchTool): never {
  throw new GatewayError(
    'invalid_request',
    `${path}: this upstream model has no web search (\`${options.type}\`). Send the request without it.`,
    { path },
  );
}
