import { describe, expect, it } from '@jest/globals';
import { PatientReader, silence } from './patient-reader.js';

describe('PatientReader', () => {
  it('reports silence, and then still has the value that was waited for', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const reader = new PatientReader(
      (async function* slow() {
        yield await promise;
      })(),
    );
    expect(await reader.next(1)).toBe(silence);
    expect(await reader.next(1)).toBe(silence);
    resolve('late');
    expect(await reader.next(10_000)).toEqual({ done: false, value: 'late' });
    expect(await reader.next(10_000)).toEqual({ done: true, value: undefined });
  });

  it('passes a failure on', async () => {
    const reader = new PatientReader({ next: () => Promise.reject(new Error('broken')) });
    await expect(reader.next(10_000)).rejects.toThrow('broken');
  });

  it('closes its source, without waiting for a read that never ends', async () => {
    let closed = false;
    const reader = new PatientReader<string>({
      next: () => new Promise(() => undefined),
      return: async () => {
        closed = true;
        return { done: true, value: undefined };
      },
    });
    await reader.next(1);
    await reader.close();
    expect(closed).toBe(true);
  });
});
