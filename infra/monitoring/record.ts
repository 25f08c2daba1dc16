import type { HeapProfiler, Profiler } from 'node:inspector';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InspectorSession } from './inspector-session.js';
import type { Moment, Recording } from './recording.js';

const cpuIntervalMicros = 500;
const heapIntervalBytes = 32_768;
const momentMs = 1000;

/** Runs inside the process that is looked at. The clock is the one that V8's profiles use. */
const watch = `globalThis[Symbol.for('claude-proxy.monitoring')] = process.getBuiltinModule('node:perf_hooks')
  .monitorEventLoopDelay({ resolution: 10 }), globalThis[Symbol.for('claude-proxy.monitoring')].enable()`;
const look = `(() => {
  const delay = globalThis[Symbol.for('claude-proxy.monitoring')];
  const { rss, heapUsed, external } = process.memoryUsage();
  const worstLagMs = Math.max(0, Math.round(delay.max / 1e6) - 10);
  delay.reset();
  return { atMicros: Math.round(Number(process.hrtime.bigint()) / 1000), rssBytes: rss, heapUsedBytes: heapUsed,
    externalBytes: external, worstLagMs };
})()`;
const unwatch = `globalThis[Symbol.for('claude-proxy.monitoring')].disable(),
  delete globalThis[Symbol.for('claude-proxy.monitoring')]`;

/** Watches a process for so long, and leaves nothing behind in it. */
export async function record(session: InspectorSession, seconds: number): Promise<Recording> {
  const pid = await session.evaluate<number>('process.pid');
  const startedAt = new Date().toISOString();
  for (const domain of ['Profiler', 'HeapProfiler']) await session.send(`${domain}.enable`);
  const before = await retained(session);
  await session.evaluate(watch);
  await session.send('HeapProfiler.startSampling', { samplingInterval: heapIntervalBytes });
  await session.send('Profiler.setSamplingInterval', { interval: cpuIntervalMicros });
  await session.send('Profiler.start');

  const moments: Moment[] = [];
  const untilMs = performance.now() + seconds * 1000;
  while (performance.now() < untilMs) {
    await sleep(Math.min(momentMs, untilMs - performance.now()));
    moments.push(await session.evaluate<Moment>(look));
  }

  const { profile: cpu } = await session.send<{ profile: Profiler.Profile }>('Profiler.stop');
  const after = await retained(session);
  const { profile: heap } = await session.send<{ profile: HeapProfiler.SamplingHeapProfile }>(
    'HeapProfiler.stopSampling',
  );
  await session.evaluate(unwatch);
  for (const domain of ['Profiler', 'HeapProfiler']) await session.send(`${domain}.disable`);
  return { pid, startedAt, seconds, requests: undefined, retainedBytes: { before, after }, moments, cpu, heap };
}

async function retained(session: InspectorSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  return session.evaluate<number>('process.memoryUsage().heapUsed');
}
