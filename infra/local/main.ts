import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { connectionLines } from './connection-lines.js';
import { LocalCloud } from './local-cloud.js';
import { localApiKey } from './local-api-key.js';
import { childEnvironment, type LocalSettings, localSettings } from './local-settings.js';
import { repositoryRoot } from './repository-root.js';
import type { Program } from './running-program.js';
import { selfCheck } from './self-check.js';
import { localServiceRoleKey } from './supabase-keys.js';
import { portsStillTaken } from './taken-ports.js';

const portPatienceMs = 5000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function compiled(path: string): string {
  return join(repositoryRoot, 'dist', path);
}

function serverProgram(name: string): Program {
  return { name, file: compiled(`infra/local/${name}-server.js`), graceMs: 5000 };
}

function appProgram(name: string, url: string): Program {
  return {
    name,
    file: compiled(`apps/${name}/src/main.js`),
    readyUrl: `${url}/health/ready`,
    // Longer than SHUTDOWN_DEADLINE_SECONDS gives open answers and running jobs.
    graceMs: 35_000,
  };
}

async function check(settings: LocalSettings, proxyApiKey: string): Promise<boolean> {
  say('\nOne request in each mode:');
  let passed = true;
  for await (const result of selfCheck(settings.apiUrl, proxyApiKey)) {
    passed &&= result.passed;
    say(`  ${result.passed ? styleText('green', '✓') : styleText('red', '✗')} ${result.name.padEnd(8)} ${result.text}`);
  }
  return passed;
}

/** Resolves to the exit code. */
async function run(variables: NodeJS.ProcessEnv, once: boolean): Promise<number> {
  const startedAt = performance.now();
  const settings = localSettings(variables);
  const taken = await portsStillTaken(settings.ports, portPatienceMs, (sentences) =>
    say(`${sentences.join('\n')}\nWaiting ${portPatienceMs / 1000} s in case an earlier copy is just stopping …`),
  );
  if (taken.length > 0) throw new Error(taken.join('\n'));

  const proxyApiKey = variables.PROXY_API_KEY || localApiKey(settings.dataDir);
  const environment = childEnvironment(settings, variables, { proxyApiKey, serviceRoleKey: localServiceRoleKey });
  const cloud = new LocalCloud(settings.dataDir, environment, say);
  const interrupted = new Promise<void>((resolve) => {
    let times = 0;
    const interrupt = (): void => {
      times += 1;
      if (times > 1) cloud.kill();
      else say('\nStopping … (Ctrl-C again kills)');
      resolve();
    };
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  });

  async function serve(): Promise<number> {
    say(`Starting, with data and logs in ${settings.dataDir}:`);
    await cloud.start([
      ...(settings.sqs ? [serverProgram('sqs')] : []),
      ...(settings.supabase ? [serverProgram('supabase')] : []),
      ...(settings.simulator ? [serverProgram('simulator')] : []),
    ]);
    await cloud.start([appProgram('api', settings.apiUrl), appProgram('worker', settings.workerUrl)]);
    const passed = await check(settings, proxyApiKey);
    if (once) return passed ? 0 : 1;

    const upstream =
      settings.vendor === undefined ? 'the simulator; put a real key in .env' : `as ${settings.vendor} says`;
    say(`\nReady in ${((performance.now() - startedAt) / 1000).toFixed(1)} s. Upstream: ${upstream}.\n`);
    say(connectionLines(settings.apiUrl, proxyApiKey));
    say(`\nCtrl-C stops everything.`);
    return cloud.broken;
  }

  try {
    return await Promise.race([serve(), cloud.broken, interrupted.then(() => 0)]);
  } finally {
    await cloud.stop();
  }
}

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  process.exitCode = await run(process.env, process.argv.includes('--check'));
} catch (error) {
  process.stderr.write(`${styleText('red', error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
}
process.exit();
