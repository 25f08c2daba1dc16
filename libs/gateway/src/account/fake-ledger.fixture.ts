import type { UsageBatch } from '#persistence';
import { GatewayError } from '#wire';

/** A database that can be taken away, that refuses what it is told to, and that counts how it is called. */
export class FakeLedger {
  /** Keys of rows, each once however often it was written. */
  readonly rows = new Set<string>();
  /** Rows in each call, refused and failed ones included. */
  readonly calls: number[] = [];
  away = false;
  /** Writes and then says that it could not: the answer was lost on the way. */
  losesAnswers = false;
  refuses: (key: string) => boolean = () => false;
  private running = 0;
  mostAtOnce = 0;

  async record({ operations, attempts }: UsageBatch): Promise<unknown> {
    const keys = [...operations.map(({ id }) => id), ...attempts.map((row) => `${row.operation_id}#${row.number}`)];
    this.calls.push(keys.length);
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    await new Promise((resolve) => setImmediate(resolve));
    this.running -= 1;
    if (this.away) throw new GatewayError('unavailable', 'The database is not available');
    if (keys.some((key) => this.refuses(key))) throw new GatewayError('internal', 'The values are refused');
    for (const key of keys) this.rows.add(key);
    if (this.losesAnswers) throw new GatewayError('unavailable', 'The answer was lost');
    return undefined;
  }
}
