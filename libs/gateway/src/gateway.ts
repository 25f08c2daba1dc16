import { Injectable } from '@nestjs/common';
import { requestContext } from '#observability';
import { GatewayError } from '#wire';
import { Accountant } from './accountant.js';
import { answerOf } from './answer-of.js';
import { type Attempted, Attempts } from './attempts.js';
import type { Caller } from './caller.js';
import type { GatewayAnswer } from './gateway-answer.js';
import { type Inbound, readInbound } from './inbound.js';
import type { InferenceRequest } from './inference-request.js';
import type { KeyDigest } from './key-digest.js';
import { KeyRing } from './key-ring.js';
import { LocalAnswers } from './local-answers.js';
import type { Operation } from './operation.js';
import { Router, type Target } from './router.js';

/** Every request of every dialect and mode goes through `send`: read, route, attempt, account. */
@Injectable()
export class Gateway {
  constructor(
    private readonly keys: KeyRing,
    private readonly router: Router,
    private readonly attempts: Attempts,
    private readonly locally: LocalAnswers,
    private readonly accountant: Accountant,
  ) {}

  /** Throws `GatewayError('unauthenticated')` for an unknown key. */
  identify(key: KeyDigest): Caller {
    const caller = this.keys.identify(key);
    if (caller === undefined) throw new GatewayError('unauthenticated', 'invalid x-api-key');
    return caller;
  }

  /**
   * Reads a request as `send` does, for one that is sent later. Throws `GatewayError` for everything that goes wrong before the first
   * upstream call: invalid_request with a path, or not_found. Returns the model that is asked for.
   */
  async check(request: InferenceRequest, caller: Caller): Promise<{ readonly model: string }> {
    const inbound = readInbound(request);
    const targets = this.router.route(inbound, caller);
    const local = await this.locally.answer(inbound, firstOf(targets, inbound));
    if (local === undefined) this.attempts.check(targets, inbound);
    return inbound;
  }

  /**
   * Throws `GatewayError` for everything that goes wrong before the first byte of the answer; afterwards the answer's own
   * stream tells. `signal` is the client's presence: when it fires, the upstream is aborted at once.
   */
  async send(request: InferenceRequest, caller: Caller, signal: AbortSignal): Promise<GatewayAnswer> {
    const operation = this.accountant.open(request, caller);
    try {
      const inbound = readInbound(request);
      operation.asks(inbound);
      const targets = this.router.route(inbound, caller);
      const attempted = await this.answer(targets, inbound, operation, signal);
      operation.answering();
      return answerOf(request, attempted, operation, signal);
    } catch (error) {
      operation.finish(signal.aborted ? 'aborted' : 'failed', undefined, error);
      requestContext.getStore()?.comesFrom(operation.provenance);
      throw error;
    }
  }

  private async answer(
    targets: readonly Target[],
    inbound: Inbound,
    operation: Operation,
    signal: AbortSignal,
  ): Promise<Attempted> {
    const first = firstOf(targets, inbound);
    const local = await this.locally.answer(inbound, first);
    if (local !== undefined) return local;
    try {
      return await this.attempts.run(targets, inbound, operation, signal);
    } catch (error) {
      return this.locally.insteadOf(error, inbound, first);
    }
  }
}

function firstOf([first]: readonly Target[], { model }: Inbound): Target {
  if (first === undefined) throw new GatewayError('not_found', `model: ${model}`, { path: 'model' });
  return first;
}
