import type OpenAI from 'openai';

import { GatewayError } from '../gateway-error.js';
import type { MessagesRequest } from '../messages/messages.js';
import { inboundWarning } from '../inbound/compatibility.js';
import { hasDefaultEffort } from '../inbound/default-effort.js';
import { isDispensable } from '../inbound/dispensable.js';
import { answerContext, upstreamName } from '../openai/answer-context.js';
import { clientIdentity } from '../openai/client-identity.js';
import { warning } from '../openai/compatibility.js';
import { droppedFields } from '../openai/dropped-fields.js';
import { effectiveTools, type EffectiveTools } from '../openai/effective-tools.js';
import { resolveEffort } from '../openai/effort.js';
import { maxOutputTokens } from '../openai/max-output-tokens.js';
import { outputSchema } from '../openai/output-format.js';
import { promptCacheFor } from '../openai/prompt-cache.js';
import { refuseUnsupported } from '../openai/refused-fields.js';
import { samplingFor } from '../openai/sampling.js';
import { serviceTierFor } from '../openai/service-tier.js';
import { systemPrompt } from '../openai/system-prompt.js';
import { ToolNames } from '../openai/tool-names.js';
import { checkToolPairing } from '../openai/tool-pairing.js';
import type { Effort, ModelCapabilities, UpstreamModel } from '../openai/upstream-model.js';
import type { UpstreamTranslation } from '../translation.js';
import type { Warning } from '../warning.js';
import { limitBreakpoints } from './cache-breakpoints.js';
import { ChatMessages } from './chat-messages.js';

type ChatRequest = OpenAI.Chat.ChatCompletionCreateParams;
type ChatRequestBase = Omit<OpenAI.Chat.ChatCompletionCreateParamsNonStreaming, 'stream'>;

/**
 * A canonical request as the body of `POST …/chat/completions`. Throws `GatewayError` `invalid_request` where leaving
 * something out would change what the answer means; everything else that is lost is a warning.
 */
export function toChatRequest(request: MessagesRequest, upstream: UpstreamModel): UpstreamTranslation<ChatRequest> {
  refuseUnsupported(request);
  checkToolPairing(request.messages);
  const { capabilities } = upstream;
  const names = new ToolNames();
  // Chat Completions has no hosted search, whatever the model has elsewhere.
  const available = effectiveTools(request, { ...capabilities, webSearchTool: false });
  const warnings = [...droppedFields(request), ...available.warnings];
  const tools = chatTools(available, names);
  const effort = effortBesideTools(request, capabilities, tools.length > 0, warnings);
  const { warnings: samplingWarnings, ...sampling } = samplingFor(request, capabilities, effort);
  const schema = outputSchema(request, capabilities, warnings);
  const serviceTier = serviceTierFor(request, capabilities, warnings);
  const base: ChatRequestBase = {
    model: upstreamName(upstream),
    messages: chatMessages(request, upstream, names, warnings),
    [capabilities.maxTokensParam]: maxOutputTokens(request, capabilities, warnings),
    ...sampling,
    ...topK(request, capabilities, warnings),
    ...(effort !== undefined && { reasoning_effort: effort }),
    ...(schema && { response_format: { type: 'json_schema', json_schema: schema } }),
    ...(tools.length > 0 && { tools, ...toolChoice(request, capabilities, names, warnings) }),
    ...(serviceTier && { service_tier: serviceTier }),
    ...clientIdentity(request, capabilities),
    ...promptCacheFor(request, capabilities, warnings),
  };
  return {
    body: request.stream === true ? streaming(base, capabilities) : base,
    warnings: [...warnings, ...samplingWarnings],
    context: answerContext(request, upstream, names),
  };
}

function chatMessages(
  request: MessagesRequest,
  upstream: UpstreamModel,
  names: ToolNames,
  warnings: Warning[],
): OpenAI.Chat.ChatCompletionMessageParam[] {
  const messages = new ChatMessages(upstream, names, warnings);
  messages.prompt(systemPrompt(request.system));
  messages.conversation(request.messages);
  if (upstream.capabilities.cacheBreakpoints) limitBreakpoints(messages.list, request.cache_control != null);
  return messages.list;
}

function streaming(base: ChatRequestBase, capabilities: ModelCapabilities): ChatRequest {
  const { streamUsageOption, obfuscationOption } = capabilities;
  return {
    ...base,
    stream: true,
    ...((streamUsageOption || obfuscationOption) && {
      stream_options: {
        ...(streamUsageOption && { include_usage: true }),
        // Padding against traffic analysis, which doubles the bytes of small deltas.
        ...(obfuscationOption && { include_obfuscation: false }),
      },
    }),
  };
}

function chatTools({ tools }: EffectiveTools, names: ToolNames): OpenAI.Chat.ChatCompletionFunctionTool[] {
  return tools.map((tool) => {
    if (tool.kind === 'web_search') {
      throw new GatewayError(
        'invalid_request',
        `${tool.path}: this upstream model has no web search. Send the request without \`${tool.options.type}\`.`,
        { path: tool.path },
      );
    }
    return {
      type: 'function',
      function: {
        name: names.upstream(tool.name),
        ...(tool.description !== undefined && { description: tool.description }),
        parameters: tool.parameters,
        ...(tool.strict && { strict: true }),
      },
    };
  });
}

/** OpenAI answers 400 to either member when there are no tools, so that this is asked only when there are. */
function toolChoice(
  { tool_choice: choice }: MessagesRequest,
  capabilities: ModelCapabilities,
  names: ToolNames,
  warnings: Warning[],
): Pick<ChatRequest, 'tool_choice' | 'parallel_tool_calls'> {
  if (choice === undefined) return {};
  const sequential = 'disable_parallel_tool_use' in choice && choice.disable_parallel_tool_use === true;
  if (sequential && !capabilities.parallelToolCallsParam && !isDispensable(choice)) {
    warnings.push(warning('disable_parallel_tool_use_dropped', 'tool_choice.disable_parallel_tool_use'));
  }
  return {
    tool_choice: chatToolChoice(choice, names),
    ...(sequential && capabilities.parallelToolCallsParam && { parallel_tool_calls: false }),
  };
}

function chatToolChoice(
  choice: NonNullable<MessagesRequest['tool_choice']>,
  names: ToolNames,
): OpenAI.Chat.ChatCompletionToolChoiceOption {
  switch (choice.type) {
    case 'auto':
    case 'none':
      return choice.type;
    case 'any':
      return 'required';
    case 'tool':
      return { type: 'function', function: { name: names.upstream(choice.name) } };
    default:
      throw new GatewayError('invalid_request', 'tool_choice.type: Input should be auto, any, tool or none', {
        path: 'tool_choice.type',
      });
  }
}

/**
 * Chat Completions refuses function tools beside reasoning on the models that reason unasked and can do without, so that tools,
 * without which an agent can do nothing, win.
 */
function effortBesideTools(
  request: MessagesRequest,
  capabilities: ModelCapabilities,
  hasTools: boolean,
  warnings: Warning[],
): Effort | undefined {
  const resolved = resolveEffort(request, capabilities);
  if (!hasTools || !capabilities.reasoningDefaultOn || !capabilities.efforts.includes('none')) {
    warnings.push(...resolved.warnings);
    return resolved.effort;
  }
  if (resolved.path !== undefined && resolved.effort !== undefined && resolved.effort !== 'none') {
    warnings.push(warning('effort_dropped', resolved.path));
  } else if (hasDefaultEffort(request.thinking)) {
    warnings.push(inboundWarning('reasoning_summary_dropped', 'thinking.display'));
  }
  return 'none';
}

function topK(request: MessagesRequest, capabilities: ModelCapabilities, warnings: Warning[]): { top_k?: number } {
  const { top_k: value } = request as { top_k?: unknown };
  if (typeof value !== 'number') return {};
  if (capabilities.topK) return { top_k: value };
  warnings.push(warning('top_k_dropped', 'top_k'));
  return {};
}
