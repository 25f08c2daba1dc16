import { Reflector } from '@nestjs/core';

export interface EndpointDocument {
  readonly summary: string;
  readonly description?: string;
  /** The vendor's own page: bodies are described there and not told again here. */
  readonly reference?: string;
  /** Parts of the path, by name. */
  readonly path?: Readonly<Record<string, string>>;
  /** Optional parameters of the query, by name. */
  readonly query?: Readonly<Record<string, string>>;
  /** Optional headers of the request, by name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Requests that work as they stand; a test sends every one. */
  readonly examples?: Readonly<Record<string, { readonly summary: string; readonly value: object }>>;
  readonly status: 200 | 202;
  readonly answer: string;
  readonly streams?: boolean;
}

/** What OpenAPI tells of an endpoint. Only noted here: {@link documentation} reads it when it is first asked for. */
export const Documented = Reflector.createDecorator<EndpointDocument>();

/** The heading over a controller's endpoints, where it is not the controller's own name. */
export const DocumentedUnder = Reflector.createDecorator<string>();
