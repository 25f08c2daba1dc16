import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { scriptsDirectory, StandInCommands } from './test/stand-in-commands.js';

const migrations = readdirSync(join(scriptsDirectory, '../supabase/migrations'))
  .filter((name) => name.endsWith('.sql'))
  .map((name) => name.replace('.sql', ''))
  .toSorted();
const versionOf = (name: string) => name.split('_')[0] ?? '';

describe('migrate.sh', () => {
  let commands: StandInCommands;
  let calls: string[][];
  let applied: string[] | undefined;
  let failing: string | undefined;

  beforeEach(async () => {
    calls = [];
    applied = undefined;
    failing = undefined;
    commands = await StandInCommands.start((_command, args) => {
      calls.push([...args]);
      const sql = args.join(' ');
      if (failing !== undefined && sql.includes(failing)) return { code: 3, output: 'ERROR: injected by the test' };
      if (sql.includes('to_regclass')) return { code: 0, output: applied === undefined ? 'f' : 't' };
      return { code: 0, output: sql.includes('select version') ? (applied ?? []).join('\n') : '' };
    });
  });
  afterEach(() => commands.stop());

  const migrate = (args: readonly string[], url = 'postgresql://owner:p%40ss@db.example.org:5432/postgres') =>
    commands.run('migrate.sh', args, { env: { DATABASE_URL: url } });
  const appliedFiles = () =>
    calls.filter((call) => call.includes('--file')).map((call) => call.at(-1)?.split('/').at(-1));

  it('lists what is pending and changes nothing without --execute', async () => {
    const { code, stdout } = await migrate([]);
    expect(code).toBe(0);
    for (const name of migrations) expect(stdout).toContain(name);
    expect(stdout).toContain('dry run: nothing was applied');
    expect(calls).toHaveLength(1);
  });

  it('applies every migration to an empty database, in order, each in one transaction with its record', async () => {
    const { code } = await migrate(['--execute']);
    expect(code).toBe(0);
    expect(appliedFiles()).toEqual(migrations.map((name) => `${name}.sql`));
    const first = calls.find((call) => call.includes('--file'))?.join(' ') ?? '';
    expect(first).toMatch(/--single-transaction .*pg_advisory_xact_lock.*insert into .*lock_timeout = '5s'.*--file/u);
    expect(first).toContain(`values ('${versionOf(migrations[0] ?? '')}',`);
  });

  it('applies only what the database does not have, whichever tool applied the rest', async () => {
    applied = migrations.slice(0, -1).map(versionOf);
    expect((await migrate(['--execute'])).code).toBe(0);
    expect(appliedFiles()).toEqual(migrations.slice(-1).map((name) => `${name}.sql`));
  });

  it('has nothing to do on a database that is up to date', async () => {
    applied = migrations.map(versionOf);
    const { code, stdout } = await migrate(['--execute']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'the schema is up to date\n' });
  });

  it('stops at the first migration that fails', async () => {
    failing = `${migrations[0]}.sql`;
    const { code, stderr } = await migrate(['--execute']);
    expect(code).toBe(1);
    expect(stderr).toContain(`${migrations[0]} failed and was taken back whole`);
    expect(appliedFiles()).toHaveLength(1);
  });

  it('gives the password to psql in the environment, never as an argument', async () => {
    await migrate(['--execute']);
    expect(calls.flat().join(' ')).not.toMatch(/p%40ss|p@ss/u);
    expect(calls[0]).toContain('postgresql://owner@db.example.org:5432/postgres');
  });

  it('says that the database cannot be reached', async () => {
    failing = 'to_regclass';
    const { code, stderr } = await migrate(['--execute']);
    expect(code).toBe(3);
    expect(stderr).toContain('the database cannot be reached with DATABASE_URL');
  });

  it('asks for DATABASE_URL', async () => {
    const { code, stderr } = await migrate([], '');
    expect(code).toBe(3);
    expect(stderr).toContain('DATABASE_URL is not set');
  });
});
