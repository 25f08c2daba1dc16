import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StreamFixture {
  readonly name: string;
  readonly dialect: 'messages' | 'chat' | 'responses';
  readonly body: Buffer;
}

/** Found from `dist/` as well as from the sources, which lie at different depths. */
const own = join(import.meta.dirname, '../fixtures/upstream-stream');

/** The project's own streams. */
export function streamFixtures(): StreamFixture[] {
  return readdirSync(own).map((name) => ({
    name,
    dialect: name.split('-')[0] as StreamFixture['dialect'],
    body: readFileSync(join(own, name)),
  }));
}

interface IndexEntry {
  readonly kind: string;
  readonly api: string;
  readonly file: string;
}

const dialects: Readonly<Record<string, StreamFixture['dialect']>> = {
  'anthropic.messages': 'messages',
  'openai.chat': 'chat',
  'openai.responses': 'responses',
};

/** The streams of another collection, in the folder that `CONFORMANCE_FIXTURES` names and its `INDEX.json` lists. */
export function foreignStreamFixtures(folder = process.env['CONFORMANCE_FIXTURES']): StreamFixture[] {
  if (folder === undefined || !existsSync(join(folder, 'INDEX.json'))) return [];
  const { entries } = JSON.parse(readFileSync(join(folder, 'INDEX.json'), 'utf8')) as { entries: IndexEntry[] };
  return entries
    .filter(({ kind, api }) => kind === 'upstream-stream' && dialects[api] !== undefined)
    .map(({ api, file }) => ({ name: file, dialect: dialects[api] ?? 'chat', body: streamOf(join(folder, file)) }));
}

/** Some recorders keep the stream's bytes, others a line of JSON for each event, bare or under `Data`. */
function streamOf(file: string): Buffer {
  const bytes = readFileSync(file);
  // Editors and recorders take off the blank line that ends the last event.
  if (file.endsWith('.sse')) return Buffer.concat([bytes, Buffer.from('\n\n')]);
  const lines = bytes.toString('utf8').split('\n').filter(Boolean);
  return Buffer.from(lines.map((line) => `data: ${dataOf(line)}\n\n`).join(''));
}

function dataOf(line: string): string {
  const event = JSON.parse(line) as { Data?: unknown };
  return typeof event.Data === 'string' ? event.Data : line;
}
