import { applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiHeader,
  ApiOperation,
  type ApiOperationOptions,
  ApiParam,
  ApiProduces,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
} from '@nestjs/swagger';
import type { EndpointDocument } from './documented.decorator.js';

/** An endpoint's document in the words of `@nestjs/swagger`. */
export function describeEndpoint(document: EndpointDocument): MethodDecorator {
  const { summary, description, reference, path = {}, query = {}, headers = {}, examples } = document;
  const { status, answer, errors, streams = false } = document;
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
    ...Object.entries(path).map(([name, text]) => ApiParam({ name, description: text, schema: { type: 'string' } })),
    ...Object.entries(query).map(([name, text]) =>
      ApiQuery({ name, description: text, required: false, schema: { type: 'string' } }),
    ),
    ...Object.entries(headers).map(([name, text]) => ApiHeader({ name, description: text, required: false })),
    ApiProduces('application/json', ...(streams ? ['text/event-stream'] : [])),
    ...Object.entries({ [status]: answer, ...errors }).map(([code, text]) =>
      ApiResponse({ status: code === 'default' ? code : Number(code), description: text }),
    ),
  );
}
