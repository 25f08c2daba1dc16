import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type DurableConfig, Secret } from '#config';
import type { JobRepository } from '#persistence';
import { GatewayError } from '#wire';
import { Leases } from './leases.js';
import { WorkerIdentity } from './worker-identity.js';

const durable: DurableConfig = {
  supabaseUrl: '',
  supabaseKey: new Secret(''),
  queueUrl: '',
  region: 'us-east-1',
  concurrency: 1,
  leaseSeconds: 60,
  maxAttempts: 2,
  retention: { jobDays: 30, usageDays: 0 },
};

/** Leases over a database whose first answers get lost, and what it was asked for. */
function losing(answers: number): { leases: Leases; asked: unknown[] } {
  const asked: unknown[] = [];
  const jobs = {
    lease: async (_id: string, _worker: string, _seconds: number, lease: string) => {
      asked.push(lease);
      if (asked.length <= answers) throw new GatewayError('unavailable', 'The answer was lost');
      return { outcome: 'leased', lease };
    },
  } as unknown as JobRepository;
  return { leases: new Leases(jobs, new WorkerIdentity(), durable, pino({ level: 'silent' })), asked };
}

describe('Leases', () => {
  it('asks for the same lease again where the answer got lost, and for another one for another run', async () => {
    const { leases, asked } = losing(1);
    expect(await leases.take('job')).toEqual({ outcome: 'leased', lease: asked[0] });
    await leases.take('job');
    expect(asked).toEqual([asked[0], asked[0], expect.any(String)]);
    expect(asked[2]).not.toBe(asked[0]);
  });

  it('gives up on a database that stays away', async () => {
    await expect(losing(Infinity).leases.take('job')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
