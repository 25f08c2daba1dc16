import { applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiHeader,
  ApiOperation,
  type ApiOperationOptions,
  ApiProduces,
  ApiResponse,
  ApiSecurity,
} from '@nestjs/swagger';

export interface EndpointDocument {
  readonly summary: string;
  readonly description?: string;
  /** The vendor's own page: bodies are described there and not told again here. */
  readonly reference?: string;
  /** Optional ones of the request, by name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Requests that work as they stand; a test sends every one. */
  readonly examples?: Readonly<Record<string, { readonly summary: string; readonly value: object }>>;
  readonly status: 200 | 202;
  readonly answer: string;
  readonly streams?: boolean;
}

/** Tells OpenAPI of an endpoint whose body is a vendor's. */
export function Documented(document: EndpointDocument): MethodDecorator {
  const { summary, description, reference, headers = {}, examples, status, answer, streams = false } = document;
  const operation: ApiOperationOptions = {
    summary,
    ...(description !== undefined && { description }),
    ...(reference !== undefined && { externalDocs: { url: reference, description: "The vendor's reference" } }),
  };
  return applyDecorators(
    ApiOperation(operation),
    ApiBearerAuth('bearer'),
    ApiSecurity('apiKey'),
    ...(examples === undefined
      ? []
      : [ApiBody({ schema: { type: 'object', additionalProperties: true }, examples: { ...examples } })]),
    ...Object.entries(headers).map(([name, text]) => ApiHeader({ name, description: text, required: false })),
    ApiProduces('application/json', ...(streams ? ['text/event-stream'] : [])),
    ApiResponse({ status, description: answer }),
    ApiResponse({ status: 400, description: 'The request cannot be served as it is; the message names the path.' }),
    ApiResponse({ status: 401, description: 'No key, or an unknown one.' }),
    ApiResponse({ status: 429, description: 'Too many requests; `retry-after` says when to come back.' }),
    ApiResponse({ status: 529, description: 'The upstream is overloaded or spared (503 for OpenAI clients).' }),
  );
}
