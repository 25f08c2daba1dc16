import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '#testing';
import { BenchProcess } from './bench-process.js';
import { benchKey } from './lane-request.js';
import { models } from './lanes.js';

/** Limits that are on and are never reached. */
const manyPerMinute = '1000000000';
const readyTimeoutMs = 30_000;

export interface GatewayOptions {
  readonly core: string | undefined;
  readonly dataDir: string;
  readonly upstreamPort: number;
  /** Further variables, such as the embedded cloud's: usage rows and durable requests. */
  readonly cloudEnv?: Readonly<Record<string, string>>;
  /** Such as `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
}

export interface RunningGateway {
  readonly process: BenchProcess;
  readonly port: number;
  /** From the start of the process to its first healthy answer. */
  readonly readySeconds: number;
}

/** The product's API as an operator runs it: keys, limits, metrics and a log at `info` into a file. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const port = await freePort();
  const startedMs = performance.now();
  const gateway = BenchProcess.start({
    name: 'gateway',
    args: [...(options.nodeFlags ?? []), join(import.meta.dirname, '../../apps/api/src/main.js')],
    core: options.core,
    cwd: options.dataDir,
    logFile: join(options.dataDir, 'gateway.log'),
    speaks: false,
    env: { ...gatewayEnvironment(options), PORT: String(port) },
  });
  await untilReady(gateway, port).catch(async (error: unknown) => {
    await gateway.stop();
    throw error;
  });
  return { process: gateway, port, readySeconds: (performance.now() - startedMs) / 1000 };
}

/** For the API and the worker alike. */
export function gatewayEnvironment({ dataDir, upstreamPort, cloudEnv }: GatewayOptions): Record<string, string> {
  const routeFile = join(dataDir, `routes-${upstreamPort}.yaml`);
  writeFileSync(routeFile, routes(upstreamPort));
  return {
    NODE_ENV: 'production',
    PROXY_API_KEY: benchKey,
    BENCH_UPSTREAM_KEY: 'upstream-key',
    GATEWAY_CONFIG: routeFile,
    THROTTLE_IP_PER_MINUTE: manyPerMinute,
    THROTTLE_KEY_PER_MINUTE: manyPerMinute,
    THROTTLE_GLOBAL_PER_MINUTE: manyPerMinute,
    ...cloudEnv,
  };
}

async function untilReady(gateway: BenchProcess, port: number): Promise<void> {
  const deadlineMs = performance.now() + readyTimeoutMs;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok === true) return;
    if (!gateway.running || performance.now() > deadlineMs) throw new Error(gateway.obituary());
    await delay(20);
  }
}

/** Retries are off, so that a lost call shows. */
function routes(upstreamPort: number): string {
  const upstream = `http://127.0.0.1:${upstreamPort}`;
  const key = '${env:BENCH_UPSTREAM_KEY}';
  return JSON.stringify({
    targets: [
      { name: 'messages', provider: 'anthropic', baseUrl: upstream, apiKey: key },
      { name: 'chat', provider: 'openai-compatible', baseUrl: `${upstream}/v1`, apiKey: key },
      { name: 'responses', provider: 'openai', baseUrl: `${upstream}/v1`, apiKey: key },
    ],
    routes: [
      { match: models.messages, targets: ['messages'] },
      { match: models.chat, targets: ['chat'] },
      { match: models.responses, targets: ['responses'] },
    ],
    retries: { maxAttempts: 1, baseDelayMs: 1, maxDelayMs: 1 },
  });
}
