import { describe, expect, it, jest } from '@jest/globals';
import type { Logger } from 'pino';
import type { JobRepository, UsageRepository } from '#persistence';
import { GatewayError } from '#wire';
import type { DurableConfig } from '../durable-config.js';
import { Retention } from './retention.js';

type Deletion = (days: number, limit: number) => Promise<number>;

/** A table with so many old rows, of which a statement can delete `mostRows` in its time. */
function tableOf(rows: number, mostRows = Infinity) {
  const table = { rows, limits: [] as number[] };
  const deleteSome: Deletion = async (_days, limit) => {
    table.limits.push(limit);
    if (limit > mostRows) throw new GatewayError('unavailable', 'canceling statement due to statement timeout');
    const count = Math.min(limit, table.rows);
    table.rows -= count;
    return count;
  };
  return { table, deleteSome: jest.fn(deleteSome) };
}

function sweeping(jobRows: ReturnType<typeof tableOf>, usageRows = tableOf(0), days = { jobDays: 30, usageDays: 0 }) {
  const logger = { info: jest.fn(), warn: jest.fn() };
  const retention = new Retention(
    { deleteFinished: jobRows.deleteSome } as unknown as JobRepository,
    { deleteOld: usageRows.deleteSome } as unknown as UsageRepository,
    { retention: days } as DurableConfig,
    logger as unknown as Logger,
  );
  return { logger, sweep: (signal = new AbortController().signal) => retention.sweep(signal) };
}

describe('retention', () => {
  it('deletes batch after batch until nothing old is left, and says how much it was', async () => {
    const jobs = tableOf(1200);
    const { logger, sweep } = sweeping(jobs);
    await sweep();
    expect(jobs.table).toEqual({ rows: 0, limits: [500, 500, 500] });
    expect(jobs.deleteSome).toHaveBeenCalledWith(30, 500);
    expect(logger.info.mock.calls).toEqual([[{ metadata: { days: 30, deleted: 1200 } }, 'old finished jobs deleted']]);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('leaves alone what is kept for ever', async () => {
    const [jobs, usage] = [tableOf(10), tableOf(10)];
    await sweeping(jobs, usage, { jobDays: 0, usageDays: 0 }).sweep();
    expect([jobs.table.rows, usage.table.rows]).toEqual([10, 10]);
    await sweeping(jobs, usage, { jobDays: 0, usageDays: 400 }).sweep();
    expect([jobs.table.rows, usage.table.rows]).toEqual([10, 0]);
    expect(usage.deleteSome).toHaveBeenCalledWith(400, 500);
  });

  it('takes smaller batches where a whole one is more than the database does in one statement', async () => {
    const jobs = tableOf(30, 20);
    const { logger, sweep } = sweeping(jobs);
    await sweep();
    expect(jobs.table).toEqual({ rows: 0, limits: [500, 50, 5, 5, 5, 5, 5, 5, 5] });
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('gives up until the next time while the database is away, and goes on with the ledger', async () => {
    const [jobs, usage] = [tableOf(30, 0), tableOf(3)];
    const { logger, sweep } = sweeping(jobs, usage, { jobDays: 30, usageDays: 400 });
    await sweep();
    expect(jobs.table).toEqual({ rows: 30, limits: [500, 50, 5] });
    expect(logger.warn.mock.calls.map(([, message]) => message)).toEqual(['old finished jobs could not be deleted']);
    expect(usage.table.rows).toBe(0);
  });

  it('stops between two batches when the process stops', async () => {
    const stopping = new AbortController();
    const jobs = tableOf(5000);
    jobs.deleteSome.mockImplementationOnce(async (_days, limit) => {
      stopping.abort();
      return limit;
    });
    await sweeping(jobs).sweep(stopping.signal);
    expect(jobs.deleteSome).toHaveBeenCalledTimes(1);
  });
});
