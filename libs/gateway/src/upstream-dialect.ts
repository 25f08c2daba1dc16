import {
  type AnswerContext,
  type CanonicalAnswer,
  ChatStreamReader,
  errorFromAnthropic,
  errorFromUpstream,
  fromChatResponse,
  fromMessagesResponse,
  fromResponsesAnswer,
  type GatewayError,
  type MessagesRequest,
  MessagesStreamReader,
  type RecallReasoning,
  ResponsesStreamReader,
  type StreamReader,
  toChatRequest,
  toMessagesRequest,
  toResponsesRequest,
  type UpstreamDialect,
  type UpstreamModel,
  type Warning,
} from '#wire';

export interface UpstreamFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A canonical request in an upstream's dialect, and the way back. */
export interface UpstreamRequest {
  readonly body: Readonly<Record<string, unknown>>;
  readonly warnings: readonly Warning[];
  read(json: unknown): CanonicalAnswer;
  reader(): StreamReader;
  failure(failure: UpstreamFailure): GatewayError;
}

/** Throws `GatewayError('invalid_request')` where leaving something out would change what the answer means. */
export function upstreamRequest(
  dialect: UpstreamDialect,
  request: MessagesRequest,
  model: UpstreamModel,
  recallReasoning: RecallReasoning,
): UpstreamRequest {
  switch (dialect) {
    case 'messages': {
      const { body, warnings, context } = toMessagesRequest(request, model);
      return {
        body: { ...body },
        warnings,
        read: (json) => fromMessagesResponse(json, context),
        reader: () => new MessagesStreamReader(context),
        failure: errorFromAnthropic,
      };
    }
    case 'chat': {
      const { body, warnings, context } = toChatRequest(request, model);
      return {
        body: { ...body },
        warnings,
        read: (json) => fromChatResponse(json, context),
        reader: () => new ChatStreamReader(context),
        failure: openaiFailure(request, model, context),
      };
    }
    case 'responses': {
      const { body, warnings, context } = toResponsesRequest(request, model, recallReasoning);
      return {
        body: { ...body },
        warnings,
        read: (json) => fromResponsesAnswer(json, context),
        reader: () => new ResponsesStreamReader(context),
        failure: openaiFailure(request, model, context),
      };
    }
  }
}

function openaiFailure(request: MessagesRequest, { capabilities }: UpstreamModel, context: AnswerContext) {
  return (failure: UpstreamFailure): GatewayError =>
    errorFromUpstream({
      ...failure,
      model: context.model,
      maxTokens: request.max_tokens,
      contextWindow: capabilities.contextWindow,
    });
}
