import { Reflector } from '@nestjs/core';

/** When each status comes, by the status; `default` stands for all that are not named. */
export type StatusTexts = Readonly<Record<number, string> & { readonly default?: string }>;

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
  /** Every status that is not a success and can come from this endpoint, and no other. */
  readonly errors: StatusTexts;
  readonly streams?: boolean;
}

/** What the documentation says of an endpoint that the worker has as well. */
export interface SharedDocument {
  readonly summary: string;
  readonly statuses: StatusTexts;
  /** Whether it is answered for a key alone. */
  readonly secured: boolean;
}

/** What OpenAPI tells of an endpoint. Only noted here: {@link documentation} reads it when it is first asked for. */
export const Documented = Reflector.createDecorator<EndpointDocument>();

/** The heading over a controller's endpoints, where it is not the controller's own name. */
export const DocumentedUnder = Reflector.createDecorator<string>();
