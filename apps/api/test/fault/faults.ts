import type { ClientManner } from './client.js';
import {
  type FaultyUpstream,
  malformedHead,
  muteHandshake,
  nameless,
  playing,
  refusing,
  resetting,
  withoutCertificate,
} from './faulty-upstream.js';

export type Mode = 'plain' | 'stream';

export interface Fault {
  /** As docs/resilience.md calls it. */
  readonly name: string;
  readonly upstream: (mode: Mode) => Promise<FaultyUpstream>;
  readonly client?: ClientManner;
  /** Of the faulty targets; the usual ones otherwise. */
  readonly timeouts?: Readonly<Record<string, number>>;
  /** Both where it does not say. */
  readonly modes?: readonly Mode[];
  /** There is no second attempt to wait for where another target is asked at once. */
  readonly oneTargetAlone?: true;
  /** So much to carry that whatever goes on at the same time is late. */
  readonly heavy?: true;
}

/** So short that a hang is over soon, and long enough for a busy machine. */
const impatient = { connectMs: 5000, firstByteMs: 1000, idleMs: 1000, totalMs: 2500 };

/** A stream that has begun, and is far from its end; paced, so that what comes next is read after it. */
const started = 'words=40 interval=50ms';

const statuses = [400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504, 529];

/** How each fault of docs/resilience.md is brought about. */
export const faults: readonly Fault[] = [
  { name: 'connection refused', upstream: refusing },
  { name: 'DNS failure', upstream: nameless },
  { name: 'TLS failure', upstream: withoutCertificate },
  { name: 'TLS handshake hangs', upstream: muteHandshake, timeouts: { ...impatient, connectMs: 500 } },
  { name: 'reset before the headers', upstream: async () => playing('reset') },
  { name: 'reset after the headers', upstream: async () => playing('reset=headers') },
  { name: 'malformed headers', upstream: malformedHead },
  { name: 'no first byte', upstream: async () => playing('silence'), timeouts: impatient },
  { name: 'headers, then silence', upstream: async () => playing('silence=0'), timeouts: impatient },
  { name: 'silence in the middle', upstream: async () => playing(`${started} silence=6`), timeouts: impatient },
  { name: 'reset in the middle', upstream: async () => resetting(`${started} silence=6`) },
  { name: 'closed in the middle', upstream: async () => playing(`${started} cut=6`) },
  { name: 'early end', upstream: async () => playing(`${started} eof=6`) },
  ...statuses.map((status) => ({
    name: String(status),
    upstream: async () => playing(`status=${status} retry-after-ms=1`),
  })),
  {
    name: 'error event before the answer',
    modes: ['stream'],
    upstream: async () => playing('error=0 retry-after-ms=1'),
  },
  { name: 'error event in the middle', modes: ['stream'], upstream: async () => playing(`${started} error=6`) },
  { name: 'garbage', upstream: async () => playing('garbage=0') },
  { name: 'garbage in the middle', modes: ['stream'], upstream: async () => playing(`${started} garbage=6`) },
  { name: 'half JSON', upstream: async () => playing('half-json=0') },
  { name: 'half JSON in the middle', modes: ['stream'], upstream: async () => playing(`${started} half-json=6`) },
  { name: 'an HTML page', upstream: async () => playing('html') },
  { name: '100 MB answer', upstream: async () => playing('big=100mb'), heavy: true },
  { name: 'client sends slowly', upstream: async () => playing(''), client: { sends: 'slowly' } },
  { name: 'client reads slowly', upstream: async () => playing('big=4mb'), client: { reads: 'slowly' } },
  { name: 'client gone while it sends', upstream: async () => playing(''), client: { leaves: 'while sending' } },
  {
    name: 'client gone before the first byte',
    upstream: async () => playing('silence'),
    client: { leaves: 'when called' },
  },
  {
    name: 'client gone between two attempts',
    upstream: async () => playing('status=429 retry-after=2'),
    client: { leaves: 'when called' },
    oneTargetAlone: true,
  },
  {
    name: 'client gone at the first byte',
    upstream: async (mode) => playing(mode === 'plain' ? 'silence=6' : 'silence=0'),
    client: { leaves: 'when called' },
  },
  {
    name: 'client gone after the first byte',
    upstream: async (mode) => playing(mode === 'plain' ? 'big=8mb' : 'words=400 interval=20ms'),
    client: { leaves: 'when told' },
  },
];
