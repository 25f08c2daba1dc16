import { GatewayError } from '#wire';

/** Reads what an upstream has said. What fails in telling the client is our fault, and no reason to spare the upstream. */
export function asUpstreams<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('upstream_invalid_answer', 'The answer of the upstream could not be interpreted', {
      cause: error,
    });
  }
}
