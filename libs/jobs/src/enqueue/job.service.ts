import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Caller, Gateway, parseJson } from '#gateway';
import { requestContext } from '#observability';
import { JobRepository, type JobStatus, type NewJob } from '#persistence';
import { GatewayError } from '#wire';
import { DURABLE, type DurableConfig } from '../durable-config.js';
import { Outbox } from '../queue/outbox.js';
import { untilAvailable } from '../until-available.js';
import { checkedIdempotencyKey } from './idempotency-key.js';
import { jobPath, jobView } from './job-view.js';
import { readEnvelope } from './read-envelope.js';

/** What came with the body of a `POST /api/enqueue`. */
export interface EnqueueRequest {
  readonly body: Buffer;
  /** Lower-cased, without credentials: they go upstream with the request. */
  readonly headers: Readonly<Record<string, string>>;
  /** With its `?`, or `''`. */
  readonly query: string;
  /** The same for every retry of a request: they are one job. */
  readonly idempotencyKey: string | undefined;
}

export interface EnqueuedJob {
  readonly job_id: string;
  /** `queued`, unless it was handed in before. */
  readonly status: JobStatus;
  readonly status_url: string;
}

/**
 * How long a job is offered to a database that does not answer. A connection that broke may have stored it: under the same id a second
 * call learns that, where the client could only hand in another job.
 */
const patienceMs = 1000;

/** What clients do with jobs: hand them in, and ask after them. */
@Injectable()
export class JobService {
  constructor(
    private readonly jobs: JobRepository,
    private readonly outbox: Outbox,
    private readonly gateway: Gateway,
    @Inject(DURABLE) private readonly durable: DurableConfig,
  ) {}

  /**
   * Returns once the job is committed, which is the promise that it will be finished. Throws `GatewayError`: invalid_request with a
   * path below `request`, not_found for a model that is not routed, conflict when another request came with the idempotency key, or
   * unavailable when the database cannot be reached.
   */
  async enqueue({ body, headers, query, idempotencyKey }: EnqueueRequest, caller: Caller): Promise<EnqueuedJob> {
    const newId = randomUUID();
    const context = requestContext.getStore();
    const correlationId = context?.correlationId ?? newId;
    const traceparent = context?.trace?.traceparent;
    const { dialect, request, metadata } = readEnvelope(body);
    const inference = {
      id: newId,
      dialect,
      operation: 'generate',
      body: request,
      headers,
      query,
      durable: true,
    } as const;
    // A worker could refuse it only long after the 202.
    const { model } = await this.gateway.check(inference, caller).catch((error: unknown) => {
      throw refusalWithin('request', error, body);
    });
    const job: NewJob = {
      id: newId,
      keyId: caller.keyId,
      ownedKeyIds: caller.ownedKeyIds,
      idempotencyKey: checkedIdempotencyKey(idempotencyKey),
      dialect,
      model,
      requestBody: request.toString('utf8'),
      requestHeaders: headers,
      requestQuery: query.slice(1),
      metadata,
      correlationId,
      traceparent,
      maxAttempts: this.durable.maxAttempts,
    };
    const { answer, repeated } = await untilAvailable(() => this.jobs.enqueue(job), AbortSignal.timeout(patienceMs));
    const { id, status, isNew } = answer;
    context?.annotate({ jobId: id, modelAsked: model });
    // After a call that was cut off, "not new" may be its own work. A second message finds nothing to do.
    if (isNew || repeated) this.outbox.post({ id, correlationId, traceparent });
    return { job_id: id, status, status_url: jobPath(id) };
  }

  /** The job as JSON text. No such job, an id that is none and another's job are the same `GatewayError('not_found')`. */
  async find(id: string, caller: Caller): Promise<string> {
    for (const keyId of caller.ownedKeyIds) {
      const row = await this.jobs.find(id, keyId);
      if (row !== undefined) return jobView(row);
    }
    throw new GatewayError('not_found', 'job: no such job');
  }
}

/** The refusal of a request that is a member of the client's body, with its path in that body. */
function refusalWithin(parent: string, error: unknown, body: Buffer): unknown {
  if (!(error instanceof GatewayError)) return error;
  const { path } = error.context;
  if (path !== undefined && path !== '') {
    return new GatewayError(error.code, `${parent}.${error.message}`, { ...error.context, path: `${parent}.${path}` });
  }
  if (error.code !== 'invalid_request') return error;
  // Where the JSON breaks is only right in the client's own bytes.
  parseJson(body);
  return new GatewayError(error.code, `${parent}: ${error.message}`, { ...error.context, path: parent });
}
