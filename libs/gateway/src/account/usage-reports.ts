import { Inject, Injectable, Optional } from '@nestjs/common';
import type { UsageGroup, UsageReportRow } from '#persistence';
import { GatewayError } from '#wire';
import type { Caller } from '../caller.js';
import { USAGE_LEDGER, type UsageLedger } from './usage-ledger.js';

export type { UsageGroup, UsageReportRow };

export const usageGroups = ['day', 'model', 'provider', 'key'] as const satisfies readonly UsageGroup[];

export interface UsageQuestion {
  readonly from: Date;
  /** Not part of the span. */
  readonly to: Date;
  readonly groups: readonly UsageGroup[];
}

/** What a caller's own keys have used. */
@Injectable()
export class UsageReports {
  constructor(@Optional() @Inject(USAGE_LEDGER) private readonly ledger?: UsageLedger) {}

  /** Throws `GatewayError`: `not_configured` without a database, `unavailable` while it does not answer. */
  async of(caller: Caller, question: UsageQuestion): Promise<UsageReportRow[]> {
    if (this.ledger === undefined) {
      throw new GatewayError(
        'not_configured',
        'Usage is not configured: set SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY and SQS_QUEUE_URL',
      );
    }
    return this.ledger.report({ ...question, keyIds: caller.ownedKeyIds });
  }
}
