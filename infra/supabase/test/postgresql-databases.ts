import { execFileSync, spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '#testing';
import { type DatabaseKind, hostedDefaults, hostedRoles, type TestDatabase } from './test-database.js';

const script = join(import.meta.dirname, '../../scripts/migrate.sh');

interface Command {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** PostgreSQL refuses to run as root, so there it runs as the user that Debian's package makes. */
const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined;

function idOf(option: '-u' | '-g'): number {
  try {
    return Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return Number.NaN;
  }
}

function newestBinaries(): string | undefined {
  return globSync('/usr/lib/postgresql/*/bin')
    .filter((path) => Number(path.split('/').at(-2)) >= 15)
    .toSorted((left, right) => Number(left.split('/').at(-2)) - Number(right.split('/').at(-2)))
    .at(-1);
}

const binaries = newestBinaries();

function whyMissing(): string | undefined {
  if (binaries === undefined) return 'no PostgreSQL 15 or later in /usr/lib/postgresql: apt-get install postgresql';
  return owner !== undefined && Number.isNaN(owner.uid) ? 'run by root, and there is no user postgres' : undefined;
}

async function run(
  file: string,
  parameters: readonly string[],
  { env, input }: Command = {},
  as = {},
): Promise<string> {
  const child = spawn(file, parameters, { env: { PATH: process.env.PATH, ...env }, stdio: 'pipe', cwd: '/', ...as });
  child.stdin.end(input ?? '');
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const [output, problems, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${problems || output}`);
  return output;
}

class Database implements TestDatabase {
  constructor(readonly url: string) {}

  get name(): string {
    return new URL(this.url).pathname.slice(1);
  }

  async exec(sql: string): Promise<void> {
    await this.psql(['--single-transaction', '--file', '-'], sql);
  }

  async rows<Row>(query: string): Promise<Row[]> {
    const output = await this.psql(['--file', '-'], `select coalesce(json_agg(r), '[]') from (${query}) r`);
    return JSON.parse(output) as Row[];
  }

  /** By the script that releases use. */
  async migrate(): Promise<void> {
    await run(script, ['--execute'], { env: { DATABASE_URL: this.url } });
  }

  async close(): Promise<void> {
    // Goes with its server.
  }

  private psql(parameters: readonly string[], input: string): Promise<string> {
    const quiet = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set', 'ON_ERROR_STOP=1'];
    return run('psql', [...quiet, '--dbname', this.url, ...parameters], { input });
  }
}

/** A server of its own, from the machine's PostgreSQL, migrated by `infra/scripts/migrate.sh`. */
export const postgresql: DatabaseKind = {
  name: 'PostgreSQL',
  missing: whyMissing(),
  start: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'postgresql-'));
    if (owner !== undefined) await chown(directory, owner.uid, owner.gid);
    const data = join(directory, 'data');
    const port = await freePort();
    const program = (name: string, ...parameters: string[]): Promise<string> =>
      run(join(binaries ?? '', name), parameters, {}, owner);

    await program(
      'initdb',
      '--pgdata',
      data,
      '--username',
      'postgres',
      '--auth',
      'trust',
      '--no-sync',
      '--encoding',
      'UTF8',
    );
    const settings = `-k ${directory} -p ${port} -c listen_addresses=127.0.0.1 -c fsync=off`;
    const log = join(directory, 'log');
    await program('pg_ctl', '--pgdata', data, '--options', settings, '--log', log, '--wait', 'start');
    const server = `postgresql://postgres@127.0.0.1:${port}`;
    // Roles belong to the server, not to one of its databases.
    await new Database(`${server}/postgres`).exec(hostedRoles);

    let databases = 0;
    const named = async (name: string, template = 'template1'): Promise<Database> => {
      const command = `create database ${name} template ${template}`;
      await run('psql', ['--quiet', '--dbname', `${server}/postgres`, '--command', command]);
      return new Database(`${server}/${name}`);
    };
    const create = async (): Promise<Database> => {
      const database = await named(`test_${(databases += 1)}`);
      await database.exec(hostedDefaults);
      return database;
    };
    let migrated: Promise<string> | undefined;
    return {
      create,
      createMigrated: async () => {
        migrated ??= create().then(async (template) => {
          await template.migrate();
          return template.name;
        });
        return named(`test_${(databases += 1)}`, await migrated);
      },
      stop: async () => {
        await program('pg_ctl', '--pgdata', data, '--mode', 'immediate', '--wait', 'stop');
        await rm(directory, { recursive: true, force: true });
      },
    };
  },
};
