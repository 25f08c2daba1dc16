import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedCloud } from '#testing';

type Row = Readonly<Record<string, string | number | null>>;

const everyMs = 100;

/** The usage rows, read in one go for all who wait for some: the embedded database serves one question at a time. */
export class Ledger {
  private operations = new Map<unknown, Row>();
  private attempts = new Map<unknown, Row[]>();
  private reading: Promise<void> | undefined;

  constructor(private readonly cloud: EmbeddedCloud) {}

  /** The rows of the operation with this correlation id, once they are there, in words. */
  async sayOf(correlationId: string): Promise<string> {
    let operation: Row | undefined;
    while ((operation = this.operations.get(correlationId)) === undefined) {
      this.reading ??= this.read().finally(() => {
        this.reading = undefined;
      });
      await this.reading;
    }
    const attempts = this.attempts.get(operation['id']) ?? [];
    if (operation['attempts'] !== attempts.length)
      return `${operation['attempts']} attempts, but ${attempts.length} rows`;
    const code = operation['error_code'] === null ? '' : ` (${operation['error_code']})`;
    return `${operation['outcome']}${code}: ${inWords(attempts)}`;
  }

  private async read(): Promise<void> {
    await sleep(everyMs);
    // In this order: both are stored together, and so no operation is without its attempts.
    const operations = await this.rows('usage_operations');
    const attempts = await this.rows('usage_attempts', 'order=number');
    this.attempts = Map.groupBy(attempts, (row) => row['operation_id']);
    this.operations = new Map(operations.map((row) => [row['correlation_id'], row]));
  }

  async rows(table: 'usage_operations' | 'usage_attempts', filter = ''): Promise<Row[]> {
    const { SUPABASE_URL: url = '', SUPABASE_SERVICE_ROLE_KEY: key = '' } = this.cloud.env;
    const response = await fetch(`${url}/rest/v1/${table}?select=*&limit=100000&${filter}`, {
      headers: { apikey: key, authorization: `Bearer ${key}` },
    });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as Row[];
  }
}

/** `2 failed, 1 ended`, in the order of the calls. */
function inWords(attempts: readonly Row[]): string {
  const runs: { outcome: Row[string] | undefined; count: number }[] = [];
  for (const { outcome } of attempts) {
    const last = runs.at(-1);
    if (last !== undefined && last.outcome === outcome) last.count += 1;
    else runs.push({ outcome, count: 1 });
  }
  return runs.length === 0
    ? 'no attempt'
    : runs.map(({ outcome, count }) => `${count} ${outcome ?? 'unknown'}`).join(', ');
}
