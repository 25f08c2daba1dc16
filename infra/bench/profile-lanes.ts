import { resolve } from 'node:path';
import { type BenchOptions, isChosen } from './bench-options.js';
import { startGateway } from './gateway-program.js';
import { lanes } from './lanes.js';
import { takeSample } from './sample.js';
import type { Stage } from './stage.js';

/** Writes a CPU profile of the gateway for each lane, for Chrome's developer tools or any reader of `.cpuprofile`. */
export async function profileLanes(stage: Stage, options: BenchOptions, say: (text: string) => void): Promise<void> {
  const directory = resolve(options.profileDir ?? '.');
  const upstream = await stage.instantUpstream();
  const cloudEnv = options.account ? await stage.cloudEnv() : undefined;
  for (const lane of lanes.filter(({ name }) => isChosen(name, options))) {
    const name = `${lane.name.replaceAll(/\W+/g, '-')}.cpuprofile`;
    const gateway = await startGateway({
      core: stage.cores.measured,
      dataDir: stage.dataDir,
      upstreamPort: upstream.port,
      cloudEnv,
      nodeFlags: ['--cpu-prof', `--cpu-prof-dir=${directory}`, `--cpu-prof-name=${name}`],
    });
    await takeSample(stage.load, gateway, lane, options.quick ? 300 : 15_000, options.connections);
    await gateway.process.stop();
    say(`${directory}/${name}`);
  }
}
