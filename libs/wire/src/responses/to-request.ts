import type OpenAI from 'openai';

import type { MessagesRequest } from '../messages/messages.js';
import { answerContext, upstreamName } from '../openai/answer-context.js';
import { clientIdentity } from '../openai/client-identity.js';
import { warning } from '../openai/compatibility.js';
import { droppedFields } from '../openai/dropped-fields.js';
import { resolveEffort } from '../openai/effort.js';
import { maxOutputTokens } from '../openai/max-output-tokens.js';
import { outputSchema } from '../openai/output-format.js';
import { promptCacheFor } from '../openai/prompt-cache.js';
import { refuseUnsupported } from '../openai/refused-fields.js';
import { samplingFor } from '../openai/sampling.js';
import { serviceTierFor } from '../openai/service-tier.js';
import { ToolNames } from '../openai/tool-names.js';
import { checkToolPairing } from '../openai/tool-pairing.js';
import type { Effort, ModelCapabilities, UpstreamModel } from '../openai/upstream-model.js';
import type { AnswerContext, UpstreamTranslation } from '../translation.js';
import type { Warning } from '../warning.js';
import { inputItems } from './input-items.js';
import type { RecallReasoning } from './reasoning-items.js';
import { requestTools, type RequestTools } from './request-tools.js';

type CreateParams = OpenAI.Responses.ResponseCreateParams;

/**
 * A Messages request for `POST …/responses`, stateless: nothing is stored upstream, reasoning travels sealed in the signatures
 * of thinking blocks. Throws `GatewayError` (`invalid_request`, with the path) for what must not be lost.
 *
 * @param recall finds encrypted reasoning that came too late for its signature; without it such an item is not replayed
 */
export function toResponsesRequest(
  request: MessagesRequest,
  upstream: UpstreamModel,
  recall?: RecallReasoning,
): UpstreamTranslation<CreateParams> {
  refuseUnsupported(request);
  checkToolPairing(request.messages);
  const { capabilities } = upstream;
  const names = new ToolNames();
  const context = answerContext(request, upstream, names);
  const warnings = droppedFields(request);
  // Before the conversation, so that declared names come first in the list of names.
  const tools = requestTools(request, capabilities, names, warnings);
  const { effort, warnings: effortWarnings } = resolveEffort(request, capabilities);
  const { warnings: samplingWarnings, ...sampling } = samplingFor(request, capabilities, effort);
  warnings.push(...effortWarnings, ...samplingWarnings);
  if ('top_k' in request && request.top_k !== undefined) warnings.push(warning('top_k_dropped', 'top_k'));
  const input = inputItems(request, { capabilities, names, upstream: context.upstream, recall, warnings });

  const body: CreateParams = {
    model: upstreamName(upstream),
    // The types demand ids on replayed items, which a stateless upstream answers with 404.
    input: input as OpenAI.Responses.ResponseInput,
    max_output_tokens: maxOutputTokens(request, capabilities, warnings),
    store: false,
    ...tools,
    ...reasoning(capabilities, effort, context),
    ...included(capabilities, tools),
    ...textFormat(request, capabilities, warnings),
    ...sampling,
    ...serviceTier(request, capabilities, warnings),
    ...clientIdentity(request, capabilities),
    ...promptCacheFor(request, capabilities, warnings),
    ...streaming(request, capabilities),
  };
  return { body, warnings, context };
}

/** Summaries cost the model's time, so that they are asked for only when the client will see them. */
function reasoning(
  capabilities: ModelCapabilities,
  effort: Effort | undefined,
  context: AnswerContext,
): Pick<CreateParams, 'reasoning'> {
  if (capabilities.reasoning === 'none') return {};
  const summary = context.thinking === 'shown' ? { summary: 'auto' as const } : {};
  const settings = { ...(effort === undefined ? {} : { effort }), ...summary };
  return Object.keys(settings).length === 0 ? {} : { reasoning: settings };
}

/** Also where no effort was asked for: the model may reason all the same, and without this it could not be continued. */
function included(capabilities: ModelCapabilities, { tools = [] }: RequestTools): Pick<CreateParams, 'include'> {
  const include: OpenAI.Responses.ResponseIncludable[] = [];
  if (capabilities.reasoning !== 'none') include.push('reasoning.encrypted_content');
  if (tools.some(({ type }) => type === 'web_search')) include.push('web_search_call.action.sources');
  return include.length === 0 ? {} : { include };
}

function textFormat(
  request: MessagesRequest,
  capabilities: ModelCapabilities,
  warnings: Warning[],
): Pick<CreateParams, 'text'> {
  const schema = outputSchema(request, capabilities, warnings);
  return schema === undefined ? {} : { text: { format: { type: 'json_schema', ...schema } } };
}

function serviceTier(
  request: MessagesRequest,
  capabilities: ModelCapabilities,
  warnings: Warning[],
): Pick<CreateParams, 'service_tier'> {
  const tier = serviceTierFor(request, capabilities, warnings);
  return tier === undefined ? {} : { service_tier: tier };
}

function streaming(
  request: MessagesRequest,
  capabilities: ModelCapabilities,
): Pick<CreateParams, 'stream' | 'stream_options'> {
  if (request.stream !== true) return {};
  return {
    stream: true,
    ...(capabilities.obfuscationOption ? { stream_options: { include_obfuscation: false } } : {}),
  };
}
