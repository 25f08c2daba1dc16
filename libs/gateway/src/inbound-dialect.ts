import {
  ChatStreamFormatter,
  CompleteStreamFormatter,
  CompletionsStreamFormatter,
  type Dialect,
  formatChatResponse,
  formatCompleteResponse,
  formatCompletionsResponse,
  formatResponsesResponse,
  type InboundTranslation,
  type Message,
  MessagesStreamFormatter,
  type MessagesRequest,
  parseChatRequest,
  parseCompleteRequest,
  parseCompletionsRequest,
  parseMessagesRequest,
  parseResponsesRequest,
  ResponsesStreamFormatter,
  type StreamFormatter,
  type Warning,
} from '#wire';

/** A client's request in canonical form, and the way back into the client's dialect. */
export interface CanonicalRequest {
  readonly request: MessagesRequest;
  readonly warnings: readonly Warning[];
  format(message: Message): unknown;
  formatter(): StreamFormatter;
}

/** Throws `GatewayError('invalid_request')` with the path of what is wrong or cannot be kept. */
export function canonicalRequest(dialect: Dialect, json: unknown): CanonicalRequest {
  switch (dialect) {
    case 'messages':
      return {
        request: parseMessagesRequest(json),
        warnings: [],
        format: (message) => message,
        formatter: () => new MessagesStreamFormatter(),
      };
    case 'chat':
      return opened(parseChatRequest(json), formatChatResponse, (echo) => new ChatStreamFormatter(echo));
    case 'responses':
      return opened(parseResponsesRequest(json), formatResponsesResponse, (echo) => new ResponsesStreamFormatter(echo));
    case 'completions':
      return opened(
        parseCompletionsRequest(json),
        formatCompletionsResponse,
        (echo) => new CompletionsStreamFormatter(echo),
      );
    case 'complete':
      return opened(parseCompleteRequest(json), formatCompleteResponse, (echo) => new CompleteStreamFormatter(echo));
  }
}

function opened<Echo>(
  { request, warnings, echo }: InboundTranslation<Echo>,
  format: (message: Message, echo: Echo) => unknown,
  formatter: (echo: Echo) => StreamFormatter,
): CanonicalRequest {
  return { request, warnings, format: (message) => format(message, echo), formatter: () => formatter(echo) };
}
