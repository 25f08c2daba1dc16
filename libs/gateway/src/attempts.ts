import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { traceHeaders } from '#observability';
import { UpstreamClient, type UpstreamResponse } from '#providers';
import { contextIsFull, GatewayError, type Warning } from '#wire';
import type { Exchange, ExchangeAnswer } from './exchange/exchange.js';
import { Exchanges } from './exchange/exchanges.js';
import type { Inbound } from './inbound.js';
import type { Operation } from './operation.js';
import { refuseWarnings } from './refuse-warnings.js';
import type { Target } from './router.js';
import { RouteTable } from './routing/route-table.js';
import { Call, spared } from './target/call.js';
import { TargetStates } from './target/target-states.js';
import { clientTimeoutMs } from './target/timeouts.js';
import { Turns } from './turns.js';

export interface Attempted {
  readonly target: Target;
  readonly answer: ExchangeAnswer;
  readonly warnings?: readonly Warning[];
  /** Holds the target's slot and deadline until the answer has been consumed; to be ended then, however that went. */
  readonly call?: Call;
}

/** The success statuses that come with an answer: not those of an empty one (204, 205) or of a part (206). */
const lastAnswerStatus = 203;

/** Calls targets until one answers. All of it happens before the client has seen a byte. */
@Injectable()
export class Attempts {
  constructor(
    private readonly upstream: UpstreamClient,
    private readonly exchanges: Exchanges,
    private readonly states: TargetStates,
    private readonly table: RouteTable,
  ) {}

  /** Throws the last call's `GatewayError` when none succeeded, or at once when another call cannot help. */
  async run(
    targets: readonly Target[],
    inbound: Inbound,
    operation: Operation,
    client: AbortSignal,
  ): Promise<Attempted> {
    const turns = new Turns(targets, this.table.routing.retries);
    const startedMs = performance.now();
    const endsMs = startedMs + clientTimeoutMs(inbound);
    for (let turn = turns.next(); turn !== undefined; turn = turns.next()) {
      const pauseMs = turn.readyAtMs - performance.now();
      if (pauseMs > 0) await operation.upstreamWait.during(pause(pauseMs, client));
      const callsBefore = operation.attemptCount;
      try {
        return await this.attempt(turn.target, inbound, operation, client, performance.now() - startedMs);
      } catch (error) {
        if (!(error instanceof GatewayError) || client.aborted) throw error;
        const called = operation.attemptCount > callsBefore;
        if (error.code === 'invalid_request' && (!called || contextIsFull(error))) turns.notTaken(error);
        else if (!error.retryable) throw error;
        else if (called) turns.refused(error);
        else turns.notCalled(error);
      }
      // Nobody would hear the answer to another attempt. Timers are a millisecond early at times.
      if (Math.max(turns.next()?.readyAtMs ?? 0, performance.now()) > endsMs - 2) break;
    }
    throw turns.verdict;
  }

  /** Throws `GatewayError('invalid_request')`, the first target's, where none of them can be asked this. */
  check(targets: readonly Target[], inbound: Inbound): void {
    let refusal: GatewayError | undefined;
    for (const target of targets) {
      try {
        this.open(target, inbound);
        return;
      } catch (error) {
        if (!(error instanceof GatewayError && error.code === 'invalid_request')) throw error;
        refusal ??= error;
      }
    }
    if (refusal !== undefined) throw refusal;
  }

  /** How the target is asked. Throws `GatewayError('invalid_request')` where it cannot be, or not without a loss that the client forbids. */
  private open(target: Target, inbound: Inbound): Exchange {
    const exchange = this.exchanges.open(inbound, target);
    refuseWarnings(inbound, exchange.warnings);
    return exchange;
  }

  private async attempt(
    target: Target,
    inbound: Inbound,
    operation: Operation,
    client: AbortSignal,
    elapsedMs: number,
  ): Promise<Attempted> {
    const state = this.states.of(target.config);
    // Before the request is translated: refusing is to be cheapest when there is most to refuse.
    if (state.breaker.state === 'open') throw spared(state);
    const exchange = this.open(target, inbound);
    const call = await Call.begin(state, target, inbound, client, elapsedMs);
    try {
      const { answer, warnings } = await this.send(exchange, target, inbound, operation, call);
      call.answered();
      return { target, answer, warnings, call };
    } catch (error) {
      call.end(error);
      throw error;
    }
  }

  /** One call, or two when the upstream refuses a parameter that the request can do without. */
  private async send(
    exchange: Exchange,
    target: Target,
    inbound: Inbound,
    operation: Operation,
    call: Call,
  ): Promise<Pick<Attempted, 'answer' | 'warnings'>> {
    const close = operation.attempt(target);
    try {
      const response = await this.post(exchange, target, inbound, operation, call);
      operation.responded(response.status, response.headers);
      if (response.status >= 400) {
        const { error, healed } = await exchange.refused(response);
        if (healed === undefined) throw error;
        close('failed', error);
        refuseWarnings(inbound, healed.warnings);
        return await this.send(healed, target, inbound, operation, call);
      }
      if (response.status > lastAnswerStatus) throw await notAnAnswer(response);
      const answer = inbound.stream ? await exchange.stream(response) : await exchange.plain(response);
      close('ended');
      return { answer, warnings: [...exchange.warnings, ...(answer.warnings ?? [])] };
    } catch (error) {
      close(call.clientGone ? 'aborted' : 'failed', error);
      throw error;
    }
  }

  private async post(
    exchange: Exchange,
    target: Target,
    inbound: Inbound,
    operation: Operation,
    call: Call,
  ): Promise<UpstreamResponse> {
    const address = target.provider.address(target.config, {
      operation: inbound.operation,
      dialect: exchange.dialect,
      model: target.model.model,
      clientHeaders: exchange.sameDialect ? inbound.headers : {},
      query: exchange.sameDialect ? inbound.query : '',
    });
    Object.assign(address.headers, traceHeaders(operation.upstreamTrace));
    const wait = operation.upstreamWait;
    const response = await wait.during(this.upstream.post(address, exchange.body, call.timeouts, call.signal));
    return { ...response, body: wait.reading(response.body) };
  }
}

/** Its redirects are not followed, for the key that would go along, and half an answer is none. */
async function notAnAnswer({ status, body }: UpstreamResponse): Promise<GatewayError> {
  await body[Symbol.asyncIterator]().return?.();
  return new GatewayError('upstream_invalid_answer', `The upstream answered with HTTP ${status}`);
}

async function pause(delayMs: number, client: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal: client });
  } catch {
    throw new GatewayError('client_closed', 'The client closed the connection');
  }
}
