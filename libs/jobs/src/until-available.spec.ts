import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#wire';
import { untilAvailable } from './until-available.js';

const away = new GatewayError('unavailable', 'The database is not available');
const never = new AbortController().signal;

describe('untilAvailable', () => {
  it('returns the first answer', async () => {
    expect(await untilAvailable(async () => 7, never)).toEqual({ answer: 7, repeated: false });
  });

  it('calls again after an outage, and says that it did', async () => {
    let calls = 0;
    const call = async (): Promise<string> => {
      calls += 1;
      if (calls < 3) throw away;
      return 'stored';
    };
    expect(await untilAvailable(call, never)).toEqual({ answer: 'stored', repeated: true });
    expect(calls).toBe(3);
  });

  it('throws what no waiting helps against', async () => {
    const refused = new GatewayError('internal', 'No');
    await expect(untilAvailable(() => Promise.reject(refused), never)).rejects.toBe(refused);
  });

  it('gives up when it is told to, after one more try', async () => {
    const stopping = new AbortController();
    let calls = 0;
    const call = async (): Promise<never> => {
      calls += 1;
      stopping.abort();
      throw away;
    };
    await expect(untilAvailable(call, stopping.signal)).rejects.toBe(away);
    expect(calls).toBe(1);
  });
});
