import { type CpuUse, hottestFunctions } from './hottest-functions.js';
import { largestAllocations } from './largest-allocations.js';
import type { Moment, Recording } from './recording.js';

/** Above it a stream visibly stutters. */
const stallMs = 50;
const rows = 15;

/** A recording as a person reads it at a terminal: CPU, memory, event loop, each with what to look at first. */
export function summary(recording: Recording): string {
  const { pid, startedAt, seconds, requests } = recording;
  const cpu = hottestFunctions(recording.cpu);
  return [
    `Process ${pid}, ${seconds} s from ${startedAt}${requests === undefined ? '' : `, ${requests} requests answered`}`,
    '',
    ...cpuLines(cpu, requests),
    '',
    ...memoryLines(recording),
    '',
    ...loopLines(recording),
  ].join('\n');
}

function cpuLines({ busyMs, idleMs, functions }: CpuUse, requests: number | undefined): string[] {
  const share = percent(busyMs, busyMs + idleMs);
  const each = requests ? `, ${((busyMs * 1000) / requests).toFixed(0)} µs a request` : '';
  return [
    `CPU: busy ${share} of the time${each}. Hottest functions by self time:`,
    ...functions
      .slice(0, rows)
      .map(
        ({ name, place, selfMs }) =>
          `${`${selfMs.toFixed(0)} ms`.padStart(10)} ${percent(selfMs, busyMs).padStart(6)}  ${name}${place && `  ${place}`}`,
      ),
  ];
}

function memoryLines({ moments, retainedBytes: { before, after }, heap, seconds }: Recording): string[] {
  const first = moments[0];
  const last = moments.at(-1);
  const growth = after - before;
  const lines = [
    `Memory: live heap after garbage collection ${megabytes(before)} → ${megabytes(after)} (${signed(growth)}).`,
  ];
  if (first !== undefined && last !== undefined) {
    const highest = Math.max(...moments.map(({ rssBytes }) => rssBytes));
    lines.push(
      `  rss ${megabytes(first.rssBytes)} → ${megabytes(last.rssBytes)}, at most ${megabytes(highest)}; ` +
        `external ${megabytes(first.externalBytes)} → ${megabytes(last.externalBytes)}.`,
    );
  }
  // Caches and compiled code fill in the first seconds; a leak goes on growing in a longer run.
  const perMinute = (growth / seconds) * 60;
  if (growth > 5 * 1024 * 1024) {
    lines.push(
      `  ${signed(perMinute)} a minute: run again for longer (--seconds 300). What goes on at that pace is a leak.`,
    );
  }
  lines.push(
    '  Still alive of what was allocated meanwhile:',
    ...largestAllocations(heap)
      .slice(0, 8)
      .map(({ name, place, liveBytes }) => `${megabytes(liveBytes).padStart(12)}  ${name}${place && `  ${place}`}`),
  );
  return lines;
}

function loopLines({ moments, cpu }: Recording): string[] {
  const stalls = moments.flatMap((moment, index) => {
    const since = moments[index - 1]?.atMicros ?? cpu.startTime;
    return moment.worstLagMs >= stallMs ? [{ moment, since }] : [];
  });
  const worst = Math.max(0, ...moments.map(({ worstLagMs }) => worstLagMs));
  if (stalls.length === 0) return [`Event loop: no stall of ${stallMs} ms or more; the worst was ${worst} ms.`];
  return [
    `Event loop: stalls of ${stallMs} ms or more in ${stalls.length} of ${moments.length} intervals, the worst ${worst} ms:`,
    ...stalls
      .toSorted((one, other) => other.moment.worstLagMs - one.moment.worstLagMs)
      .slice(0, 5)
      .map(({ moment, since }) => `  ${stallLine(moment, since, cpu)}`),
  ];
}

function stallLine({ worstLagMs, atMicros }: Moment, sinceMicros: number, cpu: Recording['cpu']): string {
  const { functions } = hottestFunctions(cpu, sinceMicros, atMicros);
  const hottest = functions
    .filter(({ name }) => name !== '(program)')
    .slice(0, 2)
    .map(({ name, selfMs }) => `${name} ${selfMs.toFixed(0)} ms`);
  const seconds = ((atMicros - cpu.startTime) / 1e6).toFixed(1);
  return `${worstLagMs} ms before second ${seconds}, while it was mostly in ${hottest.join(', ') || 'nothing of ours'}`;
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? '0.0' : ((part / whole) * 100).toFixed(1)} %`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function signed(bytes: number): string {
  return `${bytes < 0 ? '−' : '+'}${megabytes(Math.abs(bytes))}`;
}
