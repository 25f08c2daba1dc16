import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Outages } from './outages.js';

function recorded() {
  const lines: string[] = [];
  const log = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push((JSON.parse(chunk.toString()) as { msg: string }).msg);
      done();
    },
  });
  return { lines, outages: new Outages(pino(log)) };
}

describe('Outages', () => {
  it('are said when they begin and when they end, however often they are found out', () => {
    const { lines, outages } = recorded();
    outages.queue.ends();
    for (let poll = 0; poll < 3; poll += 1) outages.queue.begins(new Error('ECONNREFUSED'));
    outages.database.begins(new Error('ECONNREFUSED'));
    expect(outages.queue.lasting).toBe(true);
    outages.queue.ends();
    outages.queue.ends();
    expect(lines).toEqual([
      'the queue is not available',
      'the database is not available',
      'the queue is available again',
    ]);
    expect(outages.queue.lasting).toBe(false);
  });

  it('of receiving do not end with those of the rest of the queue', () => {
    const { lines, outages } = recorded();
    outages.receiving.begins(new Error('AccessDenied'));
    outages.queue.ends();
    expect(outages.receiving.lasting).toBe(true);
    expect(lines).toEqual(['receiving from the queue is not available']);
  });

  it('are waited out with pauses of a fraction of a second to seconds', () => {
    const { outages } = recorded();
    outages.queue.begins(new Error('ECONNREFUSED'));
    expect(outages.queue.retryDelayMs).toBeGreaterThanOrEqual(125);
    expect(outages.queue.retryDelayMs).toBeLessThanOrEqual(5000);
  });
});
