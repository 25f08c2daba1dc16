import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Dispatcher, Pool } from 'undici';
import { GatewayError } from '#wire';
import type { UpstreamAddress } from './provider.js';

export interface UpstreamTimeouts {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** Until the answer's headers. For a plain answer that is the whole generation. */
  readonly firstByteMs: number;
  /** Between two reads of the answer's body. */
  readonly idleMs: number;
}

export interface UpstreamResponse {
  readonly status: number;
  /** Lower-cased; repeated headers are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes as they arrive; abandoning the iteration closes the connection. Throws `GatewayError`. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The one way out to upstreams: keep-alive pools by undici, measured at 49 µs of CPU a call where `fetch` takes 126 and the
 * vendors' SDKs 228 and more (docs/performance.md). Never follows redirects: a credential must not travel to another host.
 */
@Injectable()
export class UpstreamClient implements OnApplicationShutdown {
  /** One an origin and connect timeout: as many as the configuration has targets. */
  private readonly pools = new Map<string, Pool>();

  /** Throws `GatewayError`: upstream_unreachable, upstream_timeout, or client_closed when `signal` fired. */
  async post(
    address: UpstreamAddress,
    body: Uint8Array | string,
    timeouts: UpstreamTimeouts,
    signal: AbortSignal,
  ): Promise<UpstreamResponse> {
    try {
      const answer = await this.poolFor(address.origin, timeouts.connectMs).request({
        path: address.path,
        method: 'POST',
        headers: address.headers,
        body,
        signal,
        headersTimeout: timeouts.firstByteMs,
        bodyTimeout: timeouts.idleMs,
      });
      return {
        status: answer.statusCode,
        headers: joined(answer.headers),
        body: translatingErrors(answer.body, signal),
      };
    } catch (error) {
      throw transportError(error, signal);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.pools.values()].map(async (pool) => pool.destroy()));
  }

  private poolFor(origin: string, connectMs: number): Pool {
    const key = `${connectMs} ${origin}`;
    let pool = this.pools.get(key);
    if (pool === undefined) {
      // Calls under way are bounded by the gateway's slots a target, so the pool needs no bound of its own.
      pool = new Pool(origin, {
        pipelining: 1,
        keepAliveTimeout: 30_000,
        connect: { timeout: connectMs, noDelay: true },
      });
      this.pools.set(key, pool);
    }
    return pool;
  }
}

/** An iterator and not a generator, whose every chunk would cost three promises more. */
function translatingErrors(body: Dispatcher.ResponseData['body'], signal: AbortSignal): AsyncIterable<Uint8Array> {
  const fail = (error: unknown): never => {
    throw transportError(error, signal);
  };
  return {
    [Symbol.asyncIterator]: () => {
      const chunks: AsyncIterator<Uint8Array, undefined> = body[Symbol.asyncIterator]();
      return {
        next: () => chunks.next().catch(fail),
        return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** Hosts and ports stay in `cause`: what a client reads says only what kind of failure it was. */
function transportError(error: unknown, signal: AbortSignal): GatewayError {
  if (error instanceof GatewayError) return error;
  if (signal.aborted) {
    return signal.reason instanceof GatewayError
      ? signal.reason
      : new GatewayError('client_closed', 'The client closed the connection', { cause: error });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (timeoutCodes.has(code)) {
    return new GatewayError('upstream_timeout', 'The upstream did not answer in time', { cause: error });
  }
  if (
    code === 'UND_ERR_SOCKET' ||
    code === 'ECONNRESET' ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' ||
    code === 'EPIPE'
  ) {
    return new GatewayError('upstream_failed', 'The upstream closed the connection', { cause: error });
  }
  return new GatewayError('upstream_unreachable', 'The upstream cannot be reached', { cause: error });
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) result[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return result;
}
