import type { MessagesRequest } from '../messages/messages.js';
import type { AnswerContext } from '../translation.js';
import { searchedStops } from '../upstream/stop-sequences.js';
import type { ToolNames } from './tool-names.js';
import type { UpstreamModel } from './upstream-model.js';

/** What the way back needs to know of a request, the same for both OpenAI APIs. */
export function answerContext(request: MessagesRequest, upstream: UpstreamModel, names: ToolNames): AnswerContext {
  return {
    model: request.model,
    upstream: { provider: upstream.provider, model: upstreamName(upstream) },
    toolNames: names.originals,
    stopSequences: searchedStops(request.stop_sequences ?? []),
    thinking: thinkingOf(request.thinking),
    contextManagement: request.context_management != null,
  };
}

/** The name to send: a client's mark for the one-million-token window is no part of it. */
export function upstreamName({ model }: UpstreamModel): string {
  return model.endsWith('[1m]') ? model.slice(0, -4) : model;
}

function thinkingOf(thinking: MessagesRequest['thinking']): AnswerContext['thinking'] {
  if (thinking === undefined || thinking.type === 'disabled') return 'hidden';
  return 'display' in thinking && thinking.display === 'omitted' ? 'omitted' : 'shown';
}
