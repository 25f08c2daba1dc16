import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'undici';
import type { UpstreamAddress } from './provider.js';
import { UpstreamAnswer, type UpstreamResponse } from './upstream-answer.js';

export interface UpstreamTimeouts {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** Until the answer's headers. For a plain answer that is the whole generation. */
  readonly firstByteMs: number;
  /** Between two reads of the answer's body. */
  readonly idleMs: number;
}

/**
 * The one way out to upstreams: keep-alive pools by undici, measured at 49 µs of CPU a call where `fetch` takes 126 and the
 * vendors' SDKs 228 and more (docs/performance.md). Never follows redirects: a credential must not travel to another host.
 */
@Injectable()
export class UpstreamClient implements OnApplicationShutdown {
  /** One an origin and connect timeout, which targets may share. */
  private readonly pools = new Map<string, Pool>();
  /** Calls are under way in these; no other begins. */
  private readonly closing = new Set<Pool>();

  /** Rejects with `GatewayError`: upstream_unreachable, upstream_timeout, upstream_failed, upstream_invalid_answer, `internal`
   * for what is not fit to be sent, or the reason of `signal`. */
  async post(
    address: UpstreamAddress,
    body: Uint8Array | string,
    timeouts: UpstreamTimeouts,
    signal: AbortSignal,
  ): Promise<UpstreamResponse> {
    const answer = new UpstreamAnswer(signal);
    this.poolFor(address.origin, timeouts.connectMs).dispatch(
      {
        path: address.path,
        method: 'POST',
        headers: address.headers,
        body,
        headersTimeout: timeouts.firstByteMs,
        bodyTimeout: timeouts.idleMs,
      },
      answer,
    );
    return answer.head;
  }

  /** Lets go of the connections to all other upstreams; calls under way there end as they would have. */
  keepOnly(used: readonly { readonly origin: string; readonly connectMs: number }[]): void {
    const kept = new Set(used.map(({ origin, connectMs }) => keyOf(origin, connectMs)));
    for (const [key, pool] of this.pools) {
      if (kept.has(key)) continue;
      this.pools.delete(key);
      this.closing.add(pool);
      const closed = (): boolean => this.closing.delete(pool);
      // Rejects where the shutdown was faster.
      void pool.close().then(closed, closed);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.pools.values(), ...this.closing].map(async (pool) => pool.destroy()));
  }

  private poolFor(origin: string, connectMs: number): Pool {
    const key = keyOf(origin, connectMs);
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

function keyOf(origin: string, connectMs: number): string {
  return `${connectMs} ${origin}`;
}
