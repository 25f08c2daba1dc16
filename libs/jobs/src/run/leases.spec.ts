import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createDatabaseClient, JobRepository } from '#persistence';
import { GatewayError } from '#wire';
import { durable } from '../durable-config.fixture.js';
import { Leases } from './leases.js';
import { WorkerIdentity } from './worker-identity.js';

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

// Nobody listens there: what is looked at here asks nobody.
const jobs = new JobRepository(createDatabaseClient({ url: 'http://127.0.0.1:1', serviceRoleKey: 'k' }));
const leases = new Leases(jobs, new WorkerIdentity(), durable, pino({ level: 'silent' }));

function secondsLeft(seconds: number): number {
  return leases.secondsLeft(new Date(Date.now() + seconds * 1000).toISOString());
}

describe('the time until another’s lease has run out', () => {
  it('is what is left of it and a second', () => {
    expect(secondsLeft(30)).toBeLessThanOrEqual(31);
    expect(secondsLeft(30)).toBeGreaterThan(1);
  });

  it('is never longer than a lease, whatever this machine’s clock says', () => {
    expect(secondsLeft(3600)).toBe(61);
  });

  it('is some while where that clock says that a lease which is held has run out', () => {
    expect(secondsLeft(-1)).toBe(20);
    expect(leases.secondsLeft(null)).toBe(20);
  });
});
