import { GatewayError } from '#wire';
import { loggedPath } from './logged-path.js';

export interface ErrorDescription {
  readonly type: string;
  readonly code?: string;
  readonly path?: string;
  readonly message?: string;
  readonly stack?: readonly string[];
  readonly cause?: ErrorDescription;
}

/** Made by the engine or by Node in words of their own. Others repeat what they were given, and that may be a prompt. */
const ownWords: ReadonlySet<string> = new Set([
  'ConfigurationError',
  'TypeError',
  'RangeError',
  'ReferenceError',
  'AssertionError',
  'AbortError',
  'TimeoutError',
  // undici's, in llhttp's words.
  'HTTPParserError',
]);

const longestMessage = 300;

/**
 * An error as it may be logged. Only messages that the engine, the system or a server with an error code has worded are kept, and
 * what they quote is cut; of the rest, `GatewayError`'s included, the code, the path as far as the dialects name its members, and the
 * place in the source say what happened.
 * Stacks are reduced to their frames for the same reason: they begin with the message.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error };
  const isOurs = error instanceof GatewayError;
  const code = isOurs ? error.code : codeOf(error);
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(isOurs && error.context.path !== undefined ? { path: loggedPath(error.context.path) } : {}),
    ...(isOurs || !(ownWords.has(error.name) || code !== undefined) ? {} : { message: withoutQuotes(error.message) }),
    ...(isOurs ? {} : { stack: framesOf(error) }),
    ...(error.cause === undefined || depth >= 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

function withoutQuotes(message: string): string {
  return (message.split('\n', 1)[0] ?? '').slice(0, longestMessage).replaceAll(/"[^"]*("|$)/g, '"…"');
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What comes after the message, which may itself look like frames: people paste stack traces into prompts. */
function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  return (at === -1 ? '' : stack.slice(at + message.length))
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .map((line) => line.slice(7));
}
