import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '#testing';
import { BenchProcess } from './bench-process.js';
import { benchKey } from './lane-request.js';
import { markers, models } from './lanes.js';
import type { LaneServer } from './measure-lanes.js';
import type { Server, Stage } from './stage.js';

const packages = ['@portkey-ai/gateway@1.15.2', '@musistudio/claude-code-router@2.0.0'];
const readyTimeoutMs = 30_000;

/** What is compared: our lane, the peer's, and the share of the peer's CPU that ours may cost. */
export const comparisons = [
  { ours: 'pass-through plain', peer: 'Portkey pass-through plain', bar: 1 / 3 },
  { ours: 'chat→messages plain', peer: 'Portkey chat→messages plain', bar: 1 / 3 },
  { ours: 'messages→chat plain', peer: 'claude-code-router messages→chat plain', bar: 1 / 4 },
  { ours: 'messages→chat stream', peer: 'claude-code-router messages→chat stream', bar: 1 / 5 },
];

/** Installs the peers into the stage's folder and starts them beside the gateway, on its core, with the same upstream. */
export async function startPeers(stage: Stage, upstreamPort: number): Promise<LaneServer[]> {
  const folder = join(stage.dataDir, 'peers');
  mkdirSync(folder);
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', ...packages], {
    stdio: 'ignore',
  });
  const [portkey, router] = await Promise.all([
    startPortkey(stage, folder),
    startRouter(stage, folder, `http://127.0.0.1:${upstreamPort}`),
  ]);
  const portkeyHeaders = [
    'x-portkey-provider: anthropic',
    `x-portkey-custom-host: http://127.0.0.1:${upstreamPort}/v1`,
  ];
  const routerLane = { path: '/v1/messages', model: `bench,${models.chat}` } as const;
  return [
    {
      server: portkey,
      lane: {
        name: 'Portkey pass-through plain',
        path: '/v1/messages',
        model: models.messages,
        stream: false,
        expected: { status: 200, marker: markers.messages.plain },
        headers: portkeyHeaders,
      },
    },
    {
      server: portkey,
      lane: {
        name: 'Portkey chat→messages plain',
        path: '/v1/chat/completions',
        model: models.messages,
        stream: false,
        expected: { status: 200, marker: markers.chat.plain },
        headers: portkeyHeaders,
      },
    },
    {
      server: router,
      lane: {
        ...routerLane,
        name: 'claude-code-router messages→chat plain',
        stream: false,
        expected: { status: 200, marker: markers.messages.plain },
      },
    },
    {
      server: router,
      lane: {
        ...routerLane,
        name: 'claude-code-router messages→chat stream',
        stream: true,
        expected: { status: 200, marker: markers.messages.stream },
      },
    },
  ];
}

async function startPortkey(stage: Stage, folder: string): Promise<Server> {
  const port = await freePort();
  const program = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  return start(stage, 'portkey', [program, `--port=${port}`, '--headless'], port, folder);
}

async function startRouter(stage: Stage, folder: string, upstream: string): Promise<Server> {
  const port = await freePort();
  const home = join(folder, 'home');
  mkdirSync(join(home, '.claude-code-router'), { recursive: true });
  const provider = {
    name: 'bench',
    api_base_url: `${upstream}/v1/chat/completions`,
    api_key: 'upstream-key',
    models: [models.chat],
  };
  const config = {
    HOST: '127.0.0.1',
    PORT: port,
    LOG: false,
    APIKEY: benchKey,
    Providers: [provider],
    Router: { default: `bench,${models.chat}` },
  };
  writeFileSync(join(home, '.claude-code-router/config.json'), JSON.stringify(config));
  const program = join(folder, 'node_modules/@musistudio/claude-code-router/dist/cli.js');
  return start(stage, 'claude-code-router', [program, 'start'], port, home);
}

async function start(stage: Stage, name: string, args: readonly string[], port: number, home: string): Promise<Server> {
  const peer = BenchProcess.start({
    name,
    args,
    core: stage.cores.measured,
    env: { HOME: home },
    cwd: home,
    logFile: join(stage.dataDir, `${name}.log`),
    speaks: false,
  });
  stage.keep(peer);
  const deadlineMs = performance.now() + readyTimeoutMs;
  // Any answer will do.
  while (
    !(await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    ))
  ) {
    if (!peer.running || performance.now() > deadlineMs) throw new Error(peer.obituary());
    await delay(100);
  }
  return { process: peer, port };
}
