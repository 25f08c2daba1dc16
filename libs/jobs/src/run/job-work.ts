import { Injectable } from '@nestjs/common';
import { Gateway } from '#gateway';
import { GatewayError } from '#wire';
import { collectAnswer } from './collect-answer.js';
import type { LeasedRun } from './leased-run.js';

export interface JobAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** How a run went upstream. */
export type WorkOutcome =
  | { readonly answer: JobAnswer; readonly error?: undefined }
  | { readonly error: GatewayError; readonly answer?: undefined };

/** The work itself: the same gateway call that a sync request makes. */
@Injectable()
export class JobWork {
  constructor(private readonly gateway: Gateway) {}

  /** Never throws. */
  async attempt({ id, row, run }: LeasedRun): Promise<WorkOutcome> {
    try {
      const answer = await this.gateway.send(
        {
          id,
          dialect: row.dialect,
          operation: 'generate',
          body: Buffer.from(row.request_body),
          headers: row.request_headers,
          query: row.request_query === '' ? '' : `?${row.request_query}`,
          durable: true,
          account: (record) => {
            run.record = record;
          },
        },
        { keyId: row.key_id, ownedKeyIds: [row.key_id] },
        run.signal,
      );
      const body = await collectAnswer(answer);
      const { warnings } = await answer.settlement;
      const headers = warnings === undefined ? answer.headers : { ...answer.headers, 'x-proxy-warnings': warnings };
      return { answer: { status: answer.status, headers, body } };
    } catch (error) {
      return {
        error: error instanceof GatewayError ? error : new GatewayError('internal', 'Internal error', { cause: error }),
      };
    }
  }
}
