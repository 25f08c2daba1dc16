import type { AddedLatency } from './added-latency.js';
import type { BigPrompts } from './big-prompts.js';
import type { EnqueueRate } from './enqueue-rate.js';
import type { Machine } from './machine.js';
import type { LaneResult } from './measure-lanes.js';
import { addedP99BarMs, type OpenLoop } from './open-loop.js';
import type { PacedStreams } from './paced-streams.js';
import type { ObservabilityCost } from './observability-cost.js';
import { comparisons } from './peers.js';
import type { Soak } from './soak.js';
import { table } from './table.js';

export interface Report {
  readonly machine: Machine;
  readonly account: boolean;
  /** Of the upstream asked directly: what the load generator and it can carry at all. */
  readonly upstreamRequestsPerSecond: number;
  readonly readySeconds: number;
  readonly memoryMb: { readonly idle: number; readonly after: number };
  readonly lanes: readonly LaneResult[];
  readonly added: readonly AddedLatency[];
  readonly open: readonly OpenLoop[];
  readonly watched: readonly ObservabilityCost[];
  readonly paced: readonly PacedStreams[];
  readonly big: readonly BigPrompts[];
  readonly enqueued: EnqueueRate | undefined;
  readonly soaked: Soak | undefined;
}

const bars = {
  idleMb: 130,
  readySeconds: 2,
  headroom: 5,
  firstByteMs: 5,
  streamKb: 40,
  heldUpMs: 20,
  promptTokens: 250_000,
  loggedShare: 0.15,
  tracedShare: 0.25,
};

/** The report for a person, as Markdown. */
export function printReport(report: Report): string {
  return [heading, process, lanes, peers, added, open, watched, paced, big, enqueued, soaked]
    .map((part) => part(report))
    .filter((part) => part !== '')
    .join('\n\n');
}

function heading({ machine, account }: Report): string {
  const pinned = machine.pinned
    ? `the measured process on core ${machine.pinned.measured}, all others on ${machine.pinned.others}`
    : 'NOT pinned to cores';
  return (
    `${machine.takenAt.slice(0, 16).replace('T', ' ')} UTC, ${machine.commit}, ${machine.cpu}, ${machine.cores} cores, ` +
    `Node ${machine.node}, ${pinned}, load average ${machine.loadAverage.toFixed(1)} before the start; ` +
    `usage rows ${account ? 'on' : 'off'}`
  );
}

function process({ readySeconds, memoryMb, upstreamRequestsPerSecond, lanes: results }: Report): string {
  const fastest = Math.max(
    0,
    ...results.filter(({ lane }) => lane === 'pass-through plain').map((lane) => lane.requestsPerSecond),
  );
  const rows = [
    ['ready after', `${readySeconds.toFixed(2)} s`, verdict(readySeconds, bars.readySeconds)],
    ['memory idle', `${memoryMb.idle.toFixed(0)} MB`, verdict(memoryMb.idle, bars.idleMb)],
    ['memory after', `${memoryMb.after.toFixed(0)} MB`, ''],
    ['upstream alone', `${upstreamRequestsPerSecond.toFixed(0)} requests/s`, ''],
  ];
  if (fastest > 0) {
    const headroom = upstreamRequestsPerSecond / fastest;
    rows.push([
      'headroom of the upstream',
      `${headroom.toFixed(1)}×`,
      headroom >= bars.headroom ? 'pass' : `below ${bars.headroom}×`,
    ]);
  }
  return table(['process', 'value', 'bar'], rows);
}

function lanes({ lanes: results }: Report): string {
  if (results.length === 0) return '';
  return table(
    ['lane', 'CPU µs', '× bare', 'bar', 'requests/s', 'p50 ms', 'p99 ms', 'RSS MB', 'broken'],
    results.map((result) => [
      result.lane,
      result.cpuMicrosPerRequest.toFixed(0),
      result.ratio.toFixed(2),
      result.bar === undefined ? '' : `${verdict(result.ratio, result.bar)} (≤ ${result.bar})`,
      result.requestsPerSecond.toFixed(0),
      result.p50Ms.toFixed(2),
      result.p99Ms.toFixed(2),
      result.rssMb.toFixed(0),
      String(result.broken),
    ]),
  );
}

function peers({ lanes: results }: Report): string {
  const cpuOf = (name: string): number | undefined => results.find(({ lane }) => lane === name)?.cpuMicrosPerRequest;
  const rows = comparisons.flatMap(({ ours, peer, bar }) => {
    const [own, other] = [cpuOf(ours), cpuOf(peer)];
    if (own === undefined || other === undefined) return [];
    return [
      [
        peer,
        other.toFixed(0),
        own.toFixed(0),
        (own / other).toFixed(2),
        `${verdict(own / other, bar)} (≤ ${bar.toFixed(2)})`,
      ],
    ];
  });
  return rows.length === 0 ? '' : table(['peer', 'CPU µs', 'ours', 'ours / theirs', 'bar'], rows);
}

function added({ added: results }: Report): string {
  if (results.length === 0) return '';
  return table(
    ['one request at a time', 'through', 'added p50 ms', 'added p99 ms'],
    results.map(({ kind, through, p50Ms, p99Ms }) => [kind, through, p50Ms.toFixed(3), p99Ms.toFixed(3)]),
  );
}

function open({ open: results }: Report): string {
  if (results.length === 0) return '';
  return table(
    ['open loop', `requests/s with ≤ ${addedP99BarMs} ms added p99`, 'the next not kept', 'added p99 ms there'],
    results.map(({ through, highestPerSecond, points }) => [
      through,
      String(highestPerSecond),
      String(points.at(-2)?.perSecond ?? ''),
      points.at(-2)?.addedP99Ms.toFixed(1) ?? '',
    ]),
  );
}

function watched({ watched: results }: Report): string {
  if (results.length === 0) return '';
  return table(
    ['observability', 'CPU µs unwatched', 'logs and metrics', 'bar', 'traces besides', 'bar', 'broken'],
    results.map(({ lane, cpuMicrosPerRequest, loggedShare, tracedShare, broken }) => [
      lane,
      cpuMicrosPerRequest.unwatched.toFixed(0),
      `+ ${percent(loggedShare)}`,
      verdict(loggedShare, bars.loggedShare),
      `+ ${percent(tracedShare)}`,
      verdict(tracedShare, bars.tracedShare),
      String(broken),
    ]),
  );
}

function paced({ paced: results }: Report): string {
  if (results.length === 0) return '';
  return table(
    [
      'paced streams',
      'through',
      'CPU µs a delta',
      'first byte p99 ms',
      'added ms',
      'bar',
      'longest gap p99 ms',
      'live KB each',
      'bar',
      'resident KB each',
      'broken',
    ],
    results.map((result) => [
      String(result.streams),
      result.through,
      result.cpuMicrosPerDelta.toFixed(1),
      result.firstByteP99Ms.toFixed(1),
      result.addedFirstByteP99Ms.toFixed(1),
      result.through === 'gateway' ? verdict(result.addedFirstByteP99Ms, bars.firstByteMs) : '',
      result.longestGapP99Ms.toFixed(1),
      result.liveKbPerStream?.toFixed(0) ?? '',
      result.liveKbPerStream === undefined ? '' : verdict(result.liveKbPerStream, bars.streamKb),
      result.memoryKbPerStream.toFixed(0),
      String(result.broken),
    ]),
  );
}

function big({ big: results }: Report): string {
  if (results.length === 0) return '';
  return table(
    [
      'big prompts',
      'tokens',
      'their p50 ms',
      'small streams held up: p50 ms',
      'p99 ms',
      'more than alone',
      'bar',
      'broken',
    ],
    results.map((result) => {
      const alone = results.find(({ lane, tokens }) => lane === result.lane && tokens === 0);
      const more = result.heldUpP50Ms - (alone?.heldUpP50Ms ?? 0);
      return [
        result.lane,
        String(result.tokens),
        result.bigP50Ms.toFixed(1),
        result.heldUpP50Ms.toFixed(1),
        result.heldUpP99Ms.toFixed(1),
        more.toFixed(1),
        result.tokens > 0 && result.tokens <= bars.promptTokens ? verdict(more, bars.heldUpMs) : '',
        String(result.broken),
      ];
    }),
  );
}

function enqueued({ enqueued: result }: Report): string {
  if (result === undefined) return '';
  return table(
    ['durable requests', 'value'],
    [
      ['enqueue p50', `${result.enqueueP50Ms.toFixed(1)} ms`],
      ['enqueue p99', `${result.enqueueP99Ms.toFixed(1)} ms`],
      ['enqueued', `${result.enqueuedPerSecond.toFixed(0)} a second`],
      ['to a stored result, one worker', `${result.jobsPerSecond.toFixed(0)} a second`],
      ['broken', String(result.broken)],
    ],
  );
}

function soaked({ soaked: result }: Report): string {
  if (result === undefined) return '';
  return table(
    ['mixed load', 'value'],
    [
      ['minutes', (result.points.at(-1)?.minute ?? 0).toFixed(1)],
      ['requests', String(result.answered)],
      ['broken', String(result.broken)],
      ['memory at the end', `${(result.points.at(-1)?.rssMb ?? 0).toFixed(0)} MB`],
      ['slope over the second half', `${result.slopeMbPerHour.toFixed(1)} MB an hour`],
    ],
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function verdict(value: number, bar: number): string {
  return value <= bar ? 'pass' : 'FAIL';
}
