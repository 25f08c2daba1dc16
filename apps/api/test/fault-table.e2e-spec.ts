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

/** Most cells wait most of the time; those that carry much hold all others up. */
const atOnce = 40;
const heavyAtOnce = 2;
const deadlineMs = 150_000;

const cells = lanes
  .flatMap((lane) => faults.flatMap((fault) => modesOf(fault).map((mode) => ({ lane, fault, mode }))))
  .flatMap(({ lane, fault, mode }) => setupsOf(fault, lane).map((setup) => ({ lane, fault, mode, setup })))
  .map(({ lane, fault, mode, setup }, number) => new Cell(lane, fault, mode, setup, number));

function modesOf({ modes }: Fault): readonly Mode[] {
  return modes ?? ['plain', 'stream'];
}

/** A heavy answer is heavy in every lane. */
function setupsOf({ oneTargetAlone, heavy }: Fault, lane: Lane): readonly Setup[] {
  if (heavy === true && lane !== 'messages') return [];
  return oneTargetAlone === true ? ['one target'] : setups;
}

const outcomes = new Map<Cell, string>();
let directory: string;
let product: Product | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'faults-'));
  const files = await Promise.all(lanes.map(async (lane) => routeFileOf(lane)));
  const [first = '', ...others] = files;
  product = await Product.start({ workers: 0, env: { GATEWAY_CONFIG: first, UPSTREAM_KEY: 'upstream-key' } });
  await play(product, 'messages');
  for (const [index, file] of others.entries()) {
    await product.api.stop();
    await product.startApi({ GATEWAY_CONFIG: file });
    await play(product, lanes[index + 1] ?? 'messages');
  }
}, deadlineMs);

afterAll(async () => {
  await product?.stop();
  await Promise.all(cells.map(async (cell) => cell.close()));
  await rm(directory, { recursive: true });
});

async function routeFileOf(lane: Lane): Promise<string> {
  const parts = await Promise.all(cells.filter((cell) => cell.lane === lane).map(async (cell) => cell.open()));
  const file = join(directory, `${lane}.yaml`);
  await writeFile(
    file,
    JSON.stringify({
      targets: parts.flatMap(({ targets }) => targets),
      routes: parts.map(({ route }) => route),
      retries: { maxAttempts: 3, baseDelayMs: 20, maxDelayMs: 2000 },
    }),
  );
  return file;
}

async function play(on: Product, lane: Lane): Promise<void> {
  if (on.cloud === undefined) throw new Error('no cloud');
  const ledger = new Ledger(on.cloud);
  const its = cells.filter((cell) => cell.lane === lane);
  const playOne = async (cell: Cell): Promise<void> => {
    outcomes.set(cell, await cell.play(on, ledger));
  };
  const [heavy, light] = [its.filter(({ fault }) => fault.heavy), its.filter(({ fault }) => !fault.heavy)];
  await mapAtMost(atOnce, light, playOne);
  await mapAtMost(heavyAtOnce, heavy, playOne);
}

describe('the table in docs/resilience.md', () => {
  it('has every fault, and no other', () => {
    const known = faults.flatMap((fault) => modesOf(fault).map((mode) => `${fault.name}, ${mode}`));
    expect(documentedRows.map(({ fault, mode }) => `${fault}, ${mode}`)).toEqual(known);
  });

  it.each(cells.map((cell) => [`${cell.lane}: ${cell.fault.name}, ${cell.mode}, ${cell.setup}`, cell] as const))(
    'holds for %s',
    (_, cell) => {
      expect(outcomes.get(cell)).toBe(documentedOutcome(cell));
    },
  );
});
