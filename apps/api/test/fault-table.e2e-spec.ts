import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from '#testing';
import { Cell, type Lane, lanes, type Setup, setups } from './fault/cell.js';
import { documentedOutcome, documentedRows } from './fault/documented.js';
import { type Fault, faults, type Mode } from './fault/faults.js';
import { Ledger } from './fault/ledger.js';
import { mapAtMost } from './fault/map-at-most.js';

/** Cells that are played at the same time: most of them wait most of the time. */
const atOnce = 40;
const deadlineMs = 60_000;

const cells = lanes
  .flatMap((lane) => faults.flatMap((fault) => modesOf(fault).flatMap((mode) => setupsOf(fault, lane).map((setup) => ({ lane, fault, mode, setup })))))
  .filter(({fault, lane}) => new RegExp(process.env['FAULTS_ONLY'] ?? '').test(fault.name + lane))
  .map(({ lane, fault, mode, setup }, number) => new Cell(lane, fault, mode, setup, number));

function modesOf({ modes }: Fault): readonly Mode[] {
  return modes ?? ['plain', 'stream'];
}

function setupsOf({ oneTargetAlone, heavy }: Fault, lane: Lane): readonly Setup[] {
  return oneTargetAlone || (heavy && lane !== 'messages') ? ['one target'] : setups;
}

const outcomes = new Map<Cell, string>();
let directory: string;
let product: Product;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faults-'));
  const file = join(directory, 'routes.yaml');
  const parts = await Promise.all(cells.map(async (cell) => cell.open()));
  await writeFile(
    file,
    JSON.stringify({
      targets: parts.flatMap(({ targets }) => targets),
      routes: parts.map(({ route }) => route),
      retries: { maxAttempts: 3, baseDelayMs: 20, maxDelayMs: 2000 },
    }),
  );
  product = await Product.start({ workers: 0, env: { GATEWAY_CONFIG: file, UPSTREAM_KEY: 'upstream-key' } });
  if (product.cloud === undefined) throw new Error('no cloud');
  const ledger = new Ledger(product.cloud);
  const play = async (cell: Cell): Promise<void> => {
    const startedMs = performance.now();
    outcomes.set(cell, await cell.play(product, ledger).catch(String));
    process.stderr.write(`${Math.round(performance.now())} ${Math.round(performance.now() - startedMs)} ms ${cell.model} ${cell.fault.name} ${cell.mode} ${cell.setup} ${outcomes.get(cell)}\n`);
  };
  const isHeavy = ({ fault }: Cell): boolean => fault.heavy === true;
  await mapAtMost(atOnce, cells.filter((cell) => !isHeavy(cell)), play);
  await mapAtMost(2, cells.filter(isHeavy), play);
  if (process.env['FAULTS_OUT']) {
    writeFileSync('/tmp/api.log', product.api.text);
    writeFileSync(
      process.env['FAULTS_OUT'],
      JSON.stringify(cells.map((cell) => [cell.lane, cell.fault.name, cell.mode, cell.setup, outcomes.get(cell)])),
    );
  }
}, deadlineMs);

afterAll(async () => {
  if (process.env['FAULTS_OUT']) writeFileSync('/tmp/api.log', product.api.text);
  await product.stop();
  await Promise.all(cells.map(async (cell) => cell.close()));
  await rm(directory, { recursive: true });
});

describe('docs/resilience.md', () => {
  it('speaks of every fault, and of no other', () => {
    const known = faults.flatMap((fault) => modesOf(fault).map((mode) => `${fault.name}, ${mode}`));
    expect(documentedRows.map(({ fault, mode }) => `${fault}, ${mode}`)).toEqual(known);
  });
});

describe.each(lanes)('with targets that speak %s', (lane) => {
  const its = cells.filter((cell) => cell.lane === lane);
  it.each(its.map((cell) => [`${cell.fault.name}, ${cell.mode}, ${cell.setup}`, cell] as const))('%s', (_, cell) => {
    expect(outcomes.get(cell)).toBe(documentedOutcome(cell));
  });
});
