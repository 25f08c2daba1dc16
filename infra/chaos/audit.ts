import type { RecordedRequest } from '#providers/simulator';
import type { AttemptRow, LedgerRow, OperationRow } from './usage-ledger.js';

export interface AuditedRequest {
  readonly number: number;
  /** What the upstreams saw of it. */
  readonly calls: readonly RecordedRequest[];
  readonly operations: readonly OperationRow[];
  readonly attempts: readonly AttemptRow[];
}

const kinds = ['input', 'output', 'cacheRead', 'cacheWrite', 'thinking'] as const;

type Tokens = Readonly<Record<(typeof kinds)[number], number>>;

export interface Audit {
  /** One line for everything that rows and oracle do not agree on. */
  readonly differences: readonly string[];
  /** Attempts that were given up before their request had reached the upstream. */
  readonly neverArrived: number;
}

/** Holds the rows of one request against the upstreams' own account of it. */
export function audit({ number, calls, operations, attempts }: AuditedRequest): Audit {
  const differences: string[] = [];
  const note = (text: string): void => void differences.push(`request ${number}: ${text}`);
  const [operation] = operations;
  const neverArrived = attempts.length - calls.length;

  if (operations.length > 1) note(`${operations.length} operation rows`);
  if (operation === undefined) {
    if (calls.length > 0) note(`${calls.length} calls, and no operation row`);
    return { differences, neverArrived: 0 };
  }
  if (operation.attempts !== attempts.length) note(`${operation.attempts} attempts, and ${attempts.length} rows`);
  // Who leaves while the connection is made leaves an attempt of which the upstream knows nothing.
  const mayBeUnknown = attempts.at(-1)?.status === null && attempts.at(-1)?.outcome === 'aborted' ? 1 : 0;
  if (neverArrived < 0 || neverArrived > mayBeUnknown)
    note(`${attempts.length} attempt rows for ${calls.length} calls`);

  for (const [index, call] of calls.entries()) {
    const attempt = attempts[index];
    if (attempt !== undefined) auditAttempt(attempt, call, (text) => note(`attempt ${index + 1}: ${text}`));
  }
  const last = attempts.at(-1);
  const answered = last !== undefined && last.outcome === operation.outcome ? tokensOf(last) : undefined;
  if (answered !== undefined && !isSame(answered, tokensOf(operation))) {
    note(`the operation has ${inWords(tokensOf(operation))}, its last attempt ${inWords(answered)}`);
  }
  return { differences, neverArrived: Math.max(0, neverArrived) };
}

function auditAttempt(attempt: AttemptRow, call: RecordedRequest, note: (text: string) => void): void {
  const told = call.usageTold;
  const has = tokensOf(attempt);
  if (attempt.outcome === 'ended') {
    if (call.outcome !== 'ended') note(`ended, and the upstream's answer has ${call.outcome}`);
    if (!isSame(has, told)) note(`${inWords(has)}, and the upstream has told ${inWords(told)}`);
    return;
  }
  if (attempt.outcome === 'failed' && call.outcome === 'ended' && call.status === 200) {
    note(`failed (${String(attempt.error_code)}), and the upstream's answer has ended well`);
  }
  if (kinds.some((kind) => has[kind] > told[kind])) {
    note(`${inWords(has)}, more than the ${inWords(told)} that the upstream has told`);
  }
}

/** An answer that told no tokens has null, and the upstream has told 0 of them. */
function tokensOf(row: LedgerRow): Tokens {
  return {
    input: row.input_tokens ?? 0,
    output: row.output_tokens ?? 0,
    cacheRead: row.cache_read_tokens ?? 0,
    cacheWrite: (row.cache_creation_5m_tokens ?? 0) + (row.cache_creation_1h_tokens ?? 0),
    thinking: row.thinking_tokens ?? 0,
  };
}

function isSame(one: Tokens, other: Tokens): boolean {
  return kinds.every((kind) => one[kind] === other[kind]);
}

function inWords(tokens: Tokens): string {
  return kinds.map((kind) => `${tokens[kind]} ${kind}`).join(', ');
}
