import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions } from './bench-options.js';
import { startGateway } from './gateway-program.js';
import { lanes } from './lanes.js';
import { requestsOf, warmUpRounds } from './measure-lanes.js';
import { median } from './quantiles.js';
import { takeSample } from './sample.js';
import type { Stage } from './stage.js';

export interface ObservabilityCost {
  readonly lane: string;
  /** Medians over the rounds: with nothing that watches, with logs and metrics, and with traces of every request besides. */
  readonly cpuMicrosPerRequest: { readonly unwatched: number; readonly logged: number; readonly traced: number };
  /** Medians over the rounds of what logs and metrics add to the first, and traces to both. */
  readonly loggedShare: number;
  readonly tracedShare: number;
  readonly broken: number;
}

/** More than of a lane: what is looked for is smaller than what the machine's other work does to one. */
const roundsAsMany = 3;
/** Spans that still wait are sent then, and counted where they belong; under load full batches go long before. */
const spansWaitMs = 500;

const signalMs = 50;

const steps = ['unwatched', 'logged', 'traced'] as const;

/** What watching costs a request: one process, in which logs, metrics and traces are switched on and off in turns. */
export async function observabilityCost(
  stage: Stage,
  upstreamPort: number,
  options: BenchOptions,
  say: (text: string) => void,
): Promise<ObservabilityCost[]> {
  const collector = createServer((request, response) => {
    request.resume().once('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const gateway = await startGateway({
    core: stage.cores.measured,
    dataDir: stage.dataDir,
    upstreamPort,
    cloudEnv: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_BSP_SCHEDULE_DELAY: String(spansWaitMs) },
    nodeFlags: ['--import', join(import.meta.dirname, 'observability-switch.js')],
  });
  stage.keep(gateway.process);
  const rounds = options.quick ? 1 : options.rounds * roundsAsMany;
  const results: ObservabilityCost[] = [];
  for (const lane of lanes.filter(({ name }) => name.startsWith('pass-through'))) {
    say(`what watching costs: ${lane.name}`);
    const cpu = { unwatched: [] as number[], logged: [] as number[], traced: [] as number[] };
    let broken = 0;
    for (let round = -1; round < rounds; round += 1) {
      for (const step of steps) {
        const requests = requestsOf(lane, options) * (round < 0 ? warmUpRounds : 1);
        const beforeMs = gateway.process.cpuMs();
        const sample = await takeSample(stage.load, gateway, lane, requests, options.connections);
        await sleep(spansWaitMs * 1.2);
        if (round >= 0) cpu[step].push(((gateway.process.cpuMs() - beforeMs) * 1000) / sample.answered);
        broken += Object.values(sample.broken).reduce((sum, count) => sum + count, 0);
        process.kill(gateway.process.pid, 'SIGUSR2');
        await sleep(signalMs);
      }
    }
    results.push({
      lane: lane.name,
      cpuMicrosPerRequest: {
        unwatched: median(cpu.unwatched),
        logged: median(cpu.logged),
        traced: median(cpu.traced),
      },
      loggedShare: median(cpu.logged.map((micros, round) => micros / (cpu.unwatched[round] ?? Number.NaN) - 1)),
      tracedShare: median(cpu.traced.map((micros, round) => micros / (cpu.logged[round] ?? Number.NaN) - 1)),
      broken,
    });
  }
  await gateway.process.stop();
  collector.closeAllConnections();
  collector.close();
  return results;
}
