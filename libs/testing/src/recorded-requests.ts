import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RecordedTurn {
  /** Program, version and turn. */
  readonly name: string;
  readonly path: '/v1/messages' | '/v1/responses';
  readonly body: Readonly<Record<string, unknown>>;
}

const folder = join(import.meta.dirname, '../fixtures/recorded');

/** What coding agents sent in sessions of three turns, as recorded behind a simulated upstream and redacted. */
export function recordedRequests(): RecordedTurn[] {
  return readdirSync(folder).map((name) => ({
    name: name.replace(/\.json$/, ''),
    path: name.startsWith('codex') ? '/v1/responses' : '/v1/messages',
    body: JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>,
  }));
}
