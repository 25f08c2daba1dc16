import { describe, expect, it } from '@jest/globals';
import { hottestFunctions } from './hottest-functions.js';
import type { Recording } from './recording.js';
import { summary } from './summary.js';

const frame = (functionName: string, url = '', lineNumber = 0) => ({
  functionName,
  url,
  lineNumber,
  scriptId: '0',
  columnNumber: 0,
});
const megabyte = 1024 * 1024;

/** Ten samples, 100 ms each: six of parse, one of send, one of the collector, two idle. */
const cpu: Recording['cpu'] = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 4, 5] },
    { id: 2, callFrame: frame('parse', 'file:///srv/app/dist/libs/wire/src/x.js', 41) },
    { id: 3, callFrame: frame('', 'file:///srv/app/node_modules/undici/lib/client.js', 9) },
    { id: 4, callFrame: frame('(idle)') },
    { id: 5, callFrame: frame('(garbage collector)') },
  ],
  startTime: 1_000_000,
  endTime: 2_000_000,
  samples: [4, 2, 2, 2, 2, 2, 2, 3, 5, 4],
  timeDeltas: [0, ...Array.from({ length: 9 }, () => 100_000), 100_000],
};

function recording(over: Partial<Recording> = {}): Recording {
  const moment = { rssBytes: 100 * megabyte, heapUsedBytes: 20 * megabyte, externalBytes: megabyte, worstLagMs: 3 };
  return {
    pid: 42,
    startedAt: '2026-01-01T00:00:00.000Z',
    seconds: 1,
    requests: 800,
    retainedBytes: { before: 20 * megabyte, after: 21 * megabyte },
    moments: [
      { ...moment, atMicros: 1_500_000 },
      { ...moment, atMicros: 2_000_000, rssBytes: 120 * megabyte },
    ],
    cpu,
    heap: {
      head: {
        callFrame: frame('(root)'),
        selfSize: 0,
        children: [
          {
            callFrame: frame('keep', 'file:///srv/app/dist/libs/gateway/src/y.js', 4),
            selfSize: 2 * megabyte,
            children: [],
          },
          {
            callFrame: frame('keep', 'file:///srv/app/dist/libs/gateway/src/y.js', 4),
            selfSize: megabyte,
            children: [],
          },
        ],
      },
    },
    ...over,
  };
}

describe('the hottest functions', () => {
  it('are summed by place, and waiting is none of them', () => {
    const { busyMs, idleMs, functions } = hottestFunctions(cpu);
    expect({ busyMs, idleMs }).toEqual({ busyMs: 800, idleMs: 200 });
    expect(functions).toEqual([
      { name: 'parse', place: 'dist/libs/wire/src/x.js:42', selfMs: 600 },
      { name: '(anonymous)', place: 'undici/lib/client.js:10', selfMs: 100 },
      { name: '(garbage collector)', place: '', selfMs: 100 },
    ]);
  });

  it('can be asked of a part of the time', () => {
    expect(hottestFunctions(cpu, 1_700_000, 1_900_000).functions.map(({ name }) => name)).toEqual([
      '(anonymous)',
      '(garbage collector)',
    ]);
  });
});

describe('the summary', () => {
  it('says how busy the process was, in what, and what a request cost', () => {
    expect(summary(recording())).toContain('CPU: busy 80.0 % of the time, 1000 µs a request.');
    expect(summary(recording())).toContain('600 ms 75.0 %  parse  dist/libs/wire/src/x.js:42');
  });

  it('says what memory is kept, and by whom', () => {
    const text = summary(recording());
    expect(text).toContain('20.0 MB → 21.0 MB (+1.0 MB)');
    expect(text).toContain('rss 100.0 MB → 120.0 MB, at most 120.0 MB');
    expect(text).toContain('3.0 MB  keep  dist/libs/gateway/src/y.js:5');
    expect(text).not.toContain('leak');
  });

  it('asks for a longer run when the heap grows', () => {
    expect(summary(recording({ retainedBytes: { before: 0, after: 10 * megabyte } }))).toContain('+600.0 MB a minute');
  });

  it('names each stall of the event loop with what ran then', () => {
    expect(summary(recording())).toContain('no stall of 50 ms or more; the worst was 3 ms');
    const moments = recording().moments.map((moment, index) => ({ ...moment, worstLagMs: index === 0 ? 400 : 3 }));
    const text = summary(recording({ moments }));
    expect(text).toContain('stalls of 50 ms or more in 1 of 2 intervals, the worst 400 ms');
    expect(text).toContain('400 ms before second 0.5, while it was mostly in parse 400 ms');
  });
});
