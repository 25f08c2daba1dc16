import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { UpstreamClient } from '#providers';
import { GatewayError } from '#wire';
import type { Exchange, ExchangeAnswer } from './exchange/exchange.js';
import { exchangeFor } from './exchange/exchange-for.js';
import type { Inbound } from './inbound.js';
import type { Operation } from './operation.js';
import { retryDelayMs } from './retry-delay.js';
import type { Target } from './router.js';

const maxAttempts = 3;
const plainTimeouts = { firstByteMs: 600_000, idleMs: 120_000 };
const streamTimeouts = { firstByteMs: 120_000, idleMs: 300_000 };

export interface Attempted {
  readonly target: Target;
  readonly exchange: Exchange;
  readonly answer: ExchangeAnswer;
}

/** Calls targets until one answers. All of it happens before the client has seen a byte. */
@Injectable()
export class Attempts {
  constructor(private readonly upstream: UpstreamClient) {}

  /** Throws the last attempt's `GatewayError` when none succeeded, or at once when another try cannot help. */
  async run(targets: readonly Target[], inbound: Inbound, operation: Operation, signal: AbortSignal): Promise<Attempted> {
    for (let number = 0; ; number += 1) {
      const target = targets[number % targets.length];
      if (target === undefined) throw new GatewayError('not_found', `model: ${inbound.model}`, { path: 'model' });
      const close = operation.attempt(target);
      try {
        const exchange = exchangeFor(inbound, target);
        refuseWarnings(inbound, exchange);
        const answer = await this.attempt(target, exchange, inbound, signal);
        close('ended');
        return { target, exchange, answer };
      } catch (error) {
        close(signal.aborted ? 'aborted' : 'failed', error);
        const retry = error instanceof GatewayError && error.retryable && number + 1 < maxAttempts && !signal.aborted;
        if (!retry) throw error;
        const delayMs = retryDelayMs(number, error);
        if (delayMs === undefined) throw error;
        await sleep(delayMs, undefined, { signal }).catch(() => {
          throw new GatewayError('client_closed', 'The client closed the connection');
        });
      }
    }
  }

  private async attempt(target: Target, exchange: Exchange, inbound: Inbound, signal: AbortSignal): Promise<ExchangeAnswer> {
    const address = target.provider.address(target.config, {
      operation: inbound.operation,
      dialect: exchange.dialect,
      model: target.model.model,
      clientHeaders: exchange.sameDialect ? inbound.headers : {},
      query: exchange.sameDialect ? inbound.query : '',
    });
    const timeouts = inbound.stream ? streamTimeouts : plainTimeouts;
    const response = await this.upstream.post(address, exchange.body, timeouts, signal);
    if (response.status >= 400) throw await exchange.failure(response);
    return inbound.stream ? exchange.stream(response) : exchange.plain(response);
  }
}

/** With `x-proxy-strict: true` a client would rather be refused than lose anything. */
function refuseWarnings(inbound: Inbound, exchange: Exchange): void {
  const [warning] = exchange.warnings;
  if (warning === undefined || inbound.headers['x-proxy-strict'] !== 'true') return;
  throw new GatewayError('invalid_request', `${warning.path}: ${warning.code} (x-proxy-strict is on)`, { path: warning.path });
}
