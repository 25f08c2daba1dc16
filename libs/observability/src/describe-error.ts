import { GatewayError } from '#wire';

export interface ErrorDescription {
  readonly type: string;
  readonly code?: string;
  readonly path?: string;
  readonly message?: string;
  readonly stack?: readonly string[];
  readonly cause?: ErrorDescription;
}

// JSON.parse quotes what it could not read, and so would put prompts into the log.
const quotesItsInput = new Set(['SyntaxError']);

/**
 * An error as it may be logged. Messages of `GatewayError` can repeat a client's or an upstream's words, and are left out: its
 * code and path say what happened. Stacks are reduced to their frames for the same reason.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error };
  const isOurs = error instanceof GatewayError;
  const code = isOurs ? error.code : codeOf(error);
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(isOurs && error.context.path !== undefined ? { path: error.context.path } : {}),
    ...(isOurs || quotesItsInput.has(error.name) ? {} : { message: error.message }),
    ...(isOurs ? {} : { stack: framesOf(error) }),
    ...(error.cause === undefined || depth >= 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function framesOf(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .map((line) => line.slice(7));
}
