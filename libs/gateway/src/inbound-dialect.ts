import {
  ChatStreamFormatter,
  clientPath,
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
  /** The client's own path of what is at `path` in `request`. */
  readonly pathOf: (path: string) => string;
  format(message: Message): unknown;
  formatter(): StreamFormatter;
}

type Translation = Omit<CanonicalRequest, 'pathOf'>;

/** Throws `GatewayError('invalid_request')` with the path of what is wrong or cannot be kept. */
export function canonicalRequest(dialect: Dialect, json: unknown): CanonicalRequest {
  const translation = translated(dialect, json);
  const { request } = translation;
  return { ...translation, pathOf: (path) => clientPath({ dialect, body: json, request }, path) };
}

function translated(dialect: Dialect, json: unknown): Translation {
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
): Translation {
  return { request, warnings, format: (message) => format(message, echo), formatter: () => formatter(echo) };
}
