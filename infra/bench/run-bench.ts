import { writeFileSync } from 'node:fs';
import { type BenchOptions, isChosen } from './bench-options.js';
import { addedLatency } from './added-latency.js';
import { bigPrompts } from './big-prompts.js';
import { enqueueRate } from './enqueue-rate.js';
import { startGateway } from './gateway-program.js';
import { baselines, lanes } from './lanes.js';
import { laneRequest } from './lane-request.js';
import { describeMachine } from './machine.js';
import { measureLanes } from './measure-lanes.js';
import { observabilityCost } from './observability-cost.js';
import { profileLanes } from './profile-lanes.js';
import { openLoop } from './open-loop.js';
import { pace, pacedStreams } from './paced-streams.js';
import { startPeers } from './peers.js';
import { printReport, type Report } from './print-report.js';
import { soak } from './soak.js';
import { Stage } from './stage.js';
import { plainRequests, warmUp } from './warm-up.js';

/** Runs what the options select, prints tables, and writes all samples where that is asked for. */
export async function runBench(options: BenchOptions, say: (text: string) => void): Promise<Report | undefined> {
  const stage = await Stage.open();
  try {
    if (options.profileDir !== undefined) {
      await profileLanes(stage, options, say);
      return undefined;
    }
    const report = await measure(stage, options, say);
    process.stdout.write(`${printReport(report)}\n`);
    if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, `${JSON.stringify(report, undefined, 2)}\n`);
    return report;
  } finally {
    await stage.close();
  }
}

async function measure(stage: Stage, options: BenchOptions, say: (text: string) => void): Promise<Report> {
  const machine = describeMachine(stage.cores);
  const chosen = (name: string): boolean => isChosen(name, options);
  const cloudEnv = options.account ? await stage.cloudEnv() : undefined;
  const { measured: core } = stage.cores;
  const { dataDir } = stage;

  const chosenLanes = lanes.filter(({ name }) => chosen(name));
  const upstream = await stage.instantUpstream();
  const bare = await stage.bareProxy(upstream.port);
  const gateway = await startGateway({ core, dataDir, upstreamPort: upstream.port, cloudEnv });
  stage.keep(gateway.process);
  const idleMb = gateway.process.rssMb();

  const request = { request: laneRequest(baselines.plain), expected: baselines.plain.expected };
  const direct = await stage.load.run({
    port: upstream.port,
    ...request,
    connections: options.connections,
    requests: 10_000,
  });

  const peers = options.peers ? await startPeers(stage, upstream.port) : [];
  const laneServers = [...chosenLanes.map((lane) => ({ lane, server: gateway })), ...peers];
  const laneResults = laneServers.length === 0 ? [] : await measureLanes(stage, bare, laneServers, options, say);

  let added: Report['added'] = [];
  if (chosen('added latency')) {
    say('one request at a time');
    added = await addedLatency(stage, { upstream, bare, gateway }, options.rounds, options.quick ? 50 : 1000);
  }
  let open: Report['open'] = [];
  if (chosen('open loop')) {
    say('open loop');
    open = await openLoop(
      stage,
      { upstream, bare, gateway },
      options.quick ? { seconds: 0.1, rounds: 1, warmUp: 0 } : { seconds: 3, rounds: 3, warmUp: plainRequests },
    );
  }
  const afterMb = gateway.process.rssMb();
  await gateway.process.stop();

  const watched = chosen('observability') ? await observabilityCost(stage, upstream.port, options, say) : [];

  let paced: Report['paced'] = [];
  let big: Report['big'] = [];
  if (chosen('paced streams') || chosen('big prompts')) {
    const slow = await stage.pacedUpstream(pace.deltas, pace.intervalMs);
    const slowBare = await stage.bareProxy(slow.port);
    const fresh = await startGateway({ core, dataDir, upstreamPort: slow.port, cloudEnv });
    stage.keep(fresh.process);
    if (!options.quick) await warmUp(stage, fresh);
    if (chosen('paced streams')) {
      const results = [];
      for (const streams of options.quick ? [20] : [100, 250, 500, 1000]) {
        say(`${streams} paced streams`);
        const servers = { upstream: slow, bare: slowBare, gateway: fresh };
        results.push(...(await pacedStreams(stage, servers, streams, options.quick ? 1 : 3)));
      }
      paced = results;
    }
    if (chosen('big prompts')) {
      say('big prompts beside small streams');
      big = await bigPrompts(stage, fresh, options.quick ? 2 : 8);
    }
    await fresh.process.stop();
  }

  let enqueued: Report['enqueued'];
  if (chosen('enqueue')) {
    say('durable requests');
    enqueued = await enqueueRate(stage, upstream.port, options.quick ? 20 : 500);
  }
  const { soakMinutes } = options;
  const soaked = soakMinutes === undefined ? undefined : await soak(stage, upstream.port, soakMinutes, cloudEnv, say);

  return {
    machine,
    account: options.account,
    upstreamRequestsPerSecond: direct.answered / direct.seconds,
    readySeconds: gateway.readySeconds,
    memoryMb: { idle: idleMb, after: afterMb },
    lanes: laneResults,
    added,
    open,
    watched,
    paced,
    big,
    enqueued,
    soaked,
  };
}
