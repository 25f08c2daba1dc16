import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedCloud } from '#testing';

export interface LedgerRow {
  readonly outcome: 'ended' | 'failed' | 'aborted';
  readonly status: number | null;
  readonly error_code: string | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_creation_5m_tokens: number | null;
  readonly cache_creation_1h_tokens: number | null;
  readonly thinking_tokens: number | null;
}

export interface OperationRow extends LedgerRow {
  readonly id: string;
  readonly correlation_id: string;
  readonly attempts: number;
}

export interface AttemptRow extends LedgerRow {
  readonly operation_id: string;
  readonly number: number;
}

const pageRows = 1000;

/** The usage rows as the database has them. */
export class UsageLedger {
  constructor(private readonly cloud: EmbeddedCloud) {}

  async operations(): Promise<OperationRow[]> {
    return this.all<OperationRow>('usage_operations', 'id');
  }

  async attempts(): Promise<AttemptRow[]> {
    return this.all<AttemptRow>('usage_attempts', 'operation_id,number');
  }

  /** Resolves when no row has come for a while. */
  async settled(quietMs: number): Promise<void> {
    let known = -1;
    for (let count = await this.count(); count !== known; count = await this.count()) {
      known = count;
      await sleep(quietMs);
    }
  }

  private async count(): Promise<number> {
    return (await this.operations()).length;
  }

  private async all<Row>(table: string, order: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (;;) {
      const page = await this.read<Row>(`${table}?select=*&order=${order}&limit=${pageRows}&offset=${rows.length}`);
      rows.push(...page);
      if (page.length < pageRows) return rows;
    }
  }

  private async read<Row>(query: string): Promise<Row[]> {
    const { SUPABASE_URL: url = '', SUPABASE_SERVICE_ROLE_KEY: key = '' } = this.cloud.env;
    const response = await fetch(`${url}/rest/v1/${query}`, {
      headers: { apikey: key, authorization: `Bearer ${key}` },
    });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as Row[];
  }
}
