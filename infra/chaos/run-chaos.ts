import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Product } from '#testing';
import { repositoryRoot } from '../local/repository-root.js';
import { type Audit, audit } from './audit.js';
import { correlationIdOf, type Seen, sendRequest } from './chaos-client.js';
import type { ChaosOptions } from './chaos-options.js';
import { ChaosUpstreams } from './chaos-upstreams.js';
import { leftovers, resourcesOf } from './leftovers.js';
import { requestPlan, type RequestPlan } from './request-plan.js';
import { UsageLedger } from './usage-ledger.js';

export interface ChaosReport {
  readonly seen: Readonly<Partial<Record<Seen, number>>>;
  /** Calls by the upstreams' own count. */
  readonly calls: number;
  readonly operations: number;
  readonly attempts: number;
  readonly neverArrived: number;
  /** Between the rows and the upstreams' count. */
  readonly differences: readonly string[];
  /** What the gateway still holds. */
  readonly leftovers: readonly string[];
}

const quietMs = 3000;

/** Starts everything, sends the requests, and holds what is on record against what has happened. */
export async function runChaos(options: ChaosOptions, say: (text: string) => void): Promise<ChaosReport> {
  const plans = Array.from({ length: options.requests }, (_, number) => requestPlan(options.seed, number));
  const directory = await mkdtemp(join(tmpdir(), 'claude-proxy-chaos-'));
  const upstreams = await ChaosUpstreams.start(plans);
  const file = join(directory, 'routes.yaml');
  await writeFile(file, upstreams.routeFile);
  const preload = pathToFileURL(join(repositoryRoot, 'dist/infra/chaos/tell-resources.js')).href;
  const product = await Product.start({
    workers: 0,
    env: { GATEWAY_CONFIG: file, UPSTREAM_KEY: 'upstream-key', NODE_OPTIONS: `--import=${preload}` },
  });
  try {
    const before = await resourcesOf(product);
    const seen = await send(product, plans, options.atOnce, say);
    await upstreams.idle();
    const found = await compare(product, upstreams, plans);
    await upstreams.close();
    return { seen, calls: upstreams.callCount, ...found, leftovers: await leftovers(product, before) };
  } finally {
    await product.stop();
    await upstreams.close();
    await rm(directory, { recursive: true });
  }
}

async function send(
  product: Product,
  plans: readonly RequestPlan[],
  atOnce: number,
  say: (text: string) => void,
): Promise<ChaosReport['seen']> {
  const seen: Partial<Record<Seen, number>> = {};
  let done = 0;
  const rest = plans.values();
  const worker = async (): Promise<void> => {
    for (const plan of rest) {
      const what = await sendRequest(product, plan);
      seen[what] = (seen[what] ?? 0) + 1;
      done += 1;
      if (done % 500 === 0) say(`${done} of ${plans.length} requests`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return seen;
}

async function compare(
  { cloud }: Product,
  upstreams: ChaosUpstreams,
  plans: readonly RequestPlan[],
): Promise<Pick<ChaosReport, 'operations' | 'attempts' | 'neverArrived' | 'differences'>> {
  if (cloud === undefined) throw new Error('no cloud');
  const ledger = new UsageLedger(cloud);
  await ledger.settled(quietMs);
  const [operations, attempts] = [await ledger.operations(), await ledger.attempts()];
  const byRequest = Map.groupBy(operations, (row) => row.correlation_id);
  const byOperation = Map.groupBy(attempts, (row) => row.operation_id);
  const audits = plans.map((plan): Audit => {
    const its = byRequest.get(correlationIdOf(plan)) ?? [];
    return audit({
      number: plan.number,
      calls: upstreams.callsOf(plan.number),
      operations: its,
      attempts: its.flatMap(({ id }) => byOperation.get(id) ?? []),
    });
  });
  return {
    operations: operations.length,
    attempts: attempts.length,
    neverArrived: audits.reduce((sum, { neverArrived }) => sum + neverArrived, 0),
    differences: audits.flatMap(({ differences }) => differences),
  };
}
