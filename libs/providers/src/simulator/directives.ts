import type { OutgoingHttpHeaders } from 'node:http';
import { readDirectivePairs, type DirectivePair } from './directive-pairs.js';
import type { TokenUsage } from './token-usage.js';

/** What an upstream does wrong. `afterEvents` counts the stream's events; a plain answer breaks half way through its body. */
export type Fault =
  /** `cut` destroys the socket, `eof` ends cleanly but too early, the others put nonsense where the next event was due. */
  | { readonly kind: 'cut' | 'eof' | 'garbage' | 'half-json' | 'nul'; readonly afterEvents: number }
  /** An error frame inside a 200; `type` is the vendor's word, its usual one for an overload when absent. */
  | { readonly kind: 'error'; readonly afterEvents: number; readonly type?: string }
  /** Says nothing for ever; without `afterEvents` not even the headers. */
  | { readonly kind: 'silence'; readonly afterEvents?: number }
  | { readonly kind: 'reset'; readonly when: 'before-headers' | 'after-headers' }
  /** A proxy's error page instead of the vendor's answer. */
  | { readonly kind: 'html' };

export interface ToolCallDirective {
  /** Absent: the first tool that the request declares. */
  readonly name?: string;
  /** The arguments' JSON as sent; absent: an input made from the declared schema. */
  readonly input?: string;
}

/** How one request is to be answered. Everything is optional: `{}` is the default answer, an echo of the prompt. */
export interface Directives {
  readonly text?: string;
  /** Answer with that many words. */
  readonly words?: number;
  /** Answer with a text of that many bytes, made while it is sent. */
  readonly bigBytes?: number;
  /** The answer's text holds U+0000, correctly escaped. */
  readonly nulInText?: boolean;
  readonly tools?: readonly ToolCallDirective[];
  readonly thinking?: string;
  readonly stop?: string;
  readonly usage?: TokenUsage;
  /** Before the first byte, headers included. */
  readonly delayMs?: number;
  readonly tokensPerSecond?: number;
  /** Before each delta. */
  readonly intervalMs?: number;
  readonly deltas?: number;
  /** Size of the pieces that the answer's bytes are cut into, each its own write. */
  readonly chunkBytes?: number;
  /** All events in one write. */
  readonly burst?: boolean;
  /** Parallel tool calls' argument deltas alternate (Chat and Responses; Messages forbids it). */
  readonly interleave?: boolean;
  readonly status?: number;
  /** `retry-after` as sent, whole seconds; `'none'` leaves it out of a 429. */
  readonly retryAfter?: string;
  readonly retryAfterMs?: number;
  /** `x-should-retry`. */
  readonly shouldRetry?: boolean;
  readonly errorType?: string;
  readonly errorCode?: string;
  readonly message?: string;
  readonly fault?: Fault;
  /** Context window in tokens: a longer prompt gets the vendor's refusal. */
  readonly windowTokens?: number;
  /** Answers what the vendor would refuse. */
  readonly lenient?: boolean;
  /** Good for that many calls, 1 in a queue, without end elsewhere. */
  readonly times?: number;
  /** Makes two directives distinct that read alike, for `times`. */
  readonly label?: string;
  /** Sent exactly so, in place of an answer; only from code. */
  readonly raw?: { readonly status?: number; readonly headers?: OutgoingHttpHeaders; readonly body: string | Buffer };
}

type Draft = { -readonly [Key in keyof Directives]: Directives[Key] };

const defaultThinking = 'The simulator thinks about what was asked, and finds the answer at once.';
const defaultBadEvent = 3;

const readers: Readonly<Record<string, (draft: Draft, value: string | undefined) => void>> = {
  text: (draft, value) => void (draft.text = value ?? ''),
  words: (draft, value) => void (draft.words = count('words', value)),
  big: (draft, value) => void (draft.bigBytes = bytes('big', value)),
  tool: (draft, value) => void (draft.tools = [...(draft.tools ?? []), value ? { name: value } : {}]),
  input: (draft, value) => {
    const last = draft.tools?.at(-1);
    if (!last) throw new Error('simulator: input= must follow a tool=');
    draft.tools = [...(draft.tools ?? []).slice(0, -1), { ...last, input: value ?? '' }];
  },
  thinking: (draft, value) => void (draft.thinking = value ?? defaultThinking),
  stop: (draft, value) => void (draft.stop = value ?? ''),
  usage: (draft, value) => void (draft.usage = usage(value)),
  delay: (draft, value) => void (draft.delayMs = duration('delay', value)),
  tps: (draft, value) => void (draft.tokensPerSecond = positive('tps', value)),
  interval: (draft, value) => void (draft.intervalMs = duration('interval', value)),
  deltas: (draft, value) => void (draft.deltas = Math.max(1, count('deltas', value))),
  chunk: (draft, value) => void (draft.chunkBytes = Math.max(1, bytes('chunk', value))),
  burst: (draft) => void (draft.burst = true),
  interleave: (draft) => void (draft.interleave = true),
  status: (draft, value) => void (draft.status = status(value)),
  'retry-after': (draft, value) => void (draft.retryAfter = value ?? '1'),
  'retry-after-ms': (draft, value) => void (draft.retryAfterMs = count('retry-after-ms', value)),
  'should-retry': (draft, value) => void (draft.shouldRetry = value !== 'false'),
  type: (draft, value) => void (draft.errorType = value ?? ''),
  code: (draft, value) => void (draft.errorCode = value ?? ''),
  message: (draft, value) => void (draft.message = value ?? ''),
  cut: (draft, value) => void (draft.fault = { kind: 'cut', afterEvents: count('cut', value ?? '0') }),
  eof: (draft, value) => void (draft.fault = { kind: 'eof', afterEvents: count('eof', value ?? '0') }),
  error: (draft, value) => void (draft.fault = errorFault(value)),
  silence: (draft, value) =>
    void (draft.fault = { kind: 'silence', ...(value === undefined ? {} : { afterEvents: count('silence', value) }) }),
  reset: (draft, value) => void (draft.fault = { kind: 'reset', when: resetMoment(value) }),
  garbage: (draft, value) => void (draft.fault = badEvent('garbage', value)),
  'half-json': (draft, value) => void (draft.fault = badEvent('half-json', value)),
  nul: (draft, value) => {
    if (value === 'text') draft.nulInText = true;
    else draft.fault = badEvent('nul', value);
  },
  html: (draft) => void (draft.fault = { kind: 'html' }),
  window: (draft, value) => void (draft.windowTokens = count('window', value)),
  lenient: (draft) => void (draft.lenient = true),
  times: (draft, value) => void (draft.times = count('times', value)),
  label: (draft, value) => void (draft.label = value ?? ''),
};

/** Throws an `Error` that names what it does not understand: a directive that is quietly ignored makes a test lie. */
export function parseDirectives(source: string | readonly DirectivePair[]): Directives {
  const draft: Draft = {};
  for (const { key, value } of typeof source === 'string' ? readDirectivePairs(source) : source) {
    const read = Object.hasOwn(readers, key) ? readers[key] : undefined;
    if (!read) throw new Error(`simulator: unknown directive ${JSON.stringify(key)}`);
    read(draft, value);
  }
  return draft;
}

function quantity(name: string, value: string | undefined, units: Readonly<Record<string, number>>): number {
  const match = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(value ?? '');
  const unit = units[match?.[2]?.toLowerCase() ?? ''];
  if (!match || unit === undefined) throw new Error(`simulator: ${name}=${value ?? ''} is no quantity`);
  return Number(match[1]) * unit;
}

function count(name: string, value: string | undefined): number {
  return Math.floor(quantity(name, value, { '': 1 }));
}

function positive(name: string, value: string | undefined): number {
  const number = quantity(name, value, { '': 1 });
  if (number === 0) throw new Error(`simulator: ${name} must be above 0`);
  return number;
}

function duration(name: string, value: string | undefined): number {
  return quantity(name, value, { '': 1, ms: 1, s: 1000, m: 60_000, h: 3_600_000 });
}

function bytes(name: string, value: string | undefined): number {
  return Math.floor(quantity(name, value, { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }));
}

function status(value: string | undefined): number {
  const number = count('status', value);
  if (number < 200 || number > 599) throw new Error(`simulator: status=${value ?? ''} is no final HTTP status`);
  return number;
}

function usage(value: string | undefined): TokenUsage {
  const [input, output, cacheRead, cacheWrite, thinking] = (value ?? '').split(':').map((part) => count('usage', part));
  return {
    input: input ?? 0,
    output: output ?? 0,
    cacheRead: cacheRead ?? 0,
    cacheWrite: cacheWrite ?? 0,
    thinking: thinking ?? 0,
  };
}

function errorFault(value: string | undefined): Fault {
  const [after = '0', ...type] = (value ?? '0').split(':');
  return { kind: 'error', afterEvents: count('error', after), ...(type.length > 0 ? { type: type.join(':') } : {}) };
}

function badEvent(kind: 'garbage' | 'half-json' | 'nul', value: string | undefined): Fault {
  return { kind, afterEvents: value === undefined ? defaultBadEvent : count(kind, value) };
}

function resetMoment(value: string | undefined): 'before-headers' | 'after-headers' {
  if (value === undefined) return 'before-headers';
  if (value === 'headers') return 'after-headers';
  throw new Error(`simulator: reset=${value}: only reset and reset=headers are known`);
}
