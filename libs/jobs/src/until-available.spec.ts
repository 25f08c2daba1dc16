import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { GatewayError } from '#wire';
import { untilAvailable } from './until-available.js';

const away = new GatewayError('unavailable', 'The database is not available');
const never = new AbortController().signal;

afterEach(() => void jest.restoreAllMocks());

describe('untilAvailable', () => {
  it('takes an outage of more than half an hour for a fault of the call', async () => {
    let nowMs = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    let calls = 0;
    const call = async (): Promise<never> => {
      calls += 1;
      if (calls === 2) nowMs = 30 * 60_000 + 1;
      throw away;
    };
    await expect(untilAvailable(call, never)).rejects.toBe(away);
    expect(calls).toBe(2);
  });

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
