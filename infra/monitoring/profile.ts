import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InspectorSession } from './inspector-session.js';
import { Load } from './load.js';
import { ProfiledApi } from './profiled-api.js';
import { record } from './record.js';
import { type Recording, writeRecording } from './recording.js';

const help = `npm run monitoring:profile -- [--seconds N] [--connections N] [--out DIRECTORY] [--pid PID [--url URL]]

Records CPU, heap, memory and event loop of an API under load; npm run monitoring:analyze reads what it wrote.

  --seconds N       how long (default 20)
  --connections N   requests at a time of the load (default 32)
  --out DIRECTORY   where to write (default .local/profiles/<time>)
  --pid PID         a process that runs already, API or worker, on this machine. Its inspector is opened on 127.0.0.1:9229 and stays
                    open until the process ends: whoever can reach that port can do anything the process can
  --url URL         with --pid: put load on that address too, with the key in PROXY_API_KEY. Without it the process is only watched

Without --pid an API of its own is started, with the simulator as upstream: no key, no network, nothing spent.`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    connections: { type: 'string', default: '32' },
    out: { type: 'string' },
    pid: { type: 'string' },
    url: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

function positive(option: 'seconds' | 'connections' | 'pid', text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${option} must be a whole number from 1, not ${text}`);
  return number;
}

async function recordUnder(load: Load | undefined, watch: () => Promise<Recording>): Promise<Recording> {
  try {
    return await watch();
  } finally {
    await load?.stop();
  }
}

async function profile(): Promise<void> {
  const seconds = positive('seconds', values.seconds);
  const connections = positive('connections', values.connections);
  const directory = values.out ?? join('.local/profiles', new Date().toISOString().replaceAll(/[:.]/g, '-'));
  const own = values.pid === undefined ? await ProfiledApi.start() : undefined;
  const given = values.url === undefined ? undefined : { url: values.url, key: process.env.PROXY_API_KEY ?? '' };
  try {
    const session =
      own === undefined
        ? await InspectorSession.attach(positive('pid', values.pid ?? ''))
        : await InspectorSession.open(own.inspectorUrl);
    const target = own?.target ?? given;
    const load = target && new Load(target, connections);
    process.stdout.write(`Watching for ${seconds} s${target ? `, with ${connections} requests at a time` : ''} …\n`);
    const recording = await recordUnder(load, () => record(session, seconds));
    session.close();
    writeRecording(directory, { ...recording, requests: load?.answered });
    for (const [failure, times] of load?.failures ?? []) process.stderr.write(`${times} requests failed: ${failure}\n`);
    process.stdout.write(`${directory}\nnpm run monitoring:analyze -- ${directory}\n`);
    if (load !== undefined && load.answered === 0) throw new Error('not one request was answered');
  } finally {
    await own?.stop();
  }
}

try {
  if (values.help) process.stdout.write(`${help}\n`);
  else await profile();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
