import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repositoryRoot } from '../local/repository-root.js';
import { migrationFiles } from './test/migration-files.js';
import { pglite } from './test/pglite-databases.js';
import { postgresql } from './test/postgresql-databases.js';
import { schemaOf, surfaceOf } from './test/schema-of.js';
import type { DatabaseKind, RunningDatabases, TestDatabase } from './test/test-database.js';

const jobId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

const roles = ['anon', 'authenticated'];

const tokenColumns = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_creation_5m_tokens',
  'cache_creation_1h_tokens',
  'thinking_tokens',
];

/** Applies the first migrations and notes them where both tools do, as a database of that age would have it. */
async function applyFirst(database: TestDatabase, count: number): Promise<void> {
  await database.exec(`
    create schema if not exists supabase_migrations;
    create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
  `);
  for (const { file, sql } of migrationFiles.slice(0, count)) {
    const [version = '', ...name] = file.replace('.sql', '').split('_');
    await database.exec(
      `${sql};
      insert into supabase_migrations.schema_migrations (version, name) values ('${version}', '${name.join('_')}')`,
    );
  }
}

/** What docs/BACKUP_AND_RECOVERY.md says, with `path` for the file. */
function backupCommands(path: string): [dump: string, restore: string] {
  const text = readFileSync(join(repositoryRoot, 'docs/BACKUP_AND_RECOVERY.md'), 'utf8');
  const blocks = [...text.matchAll(/^( *)```sh\n([^]*?)^ *```$/gm)].map(([, , code = '']) => code);
  const using = (program: string) =>
    (blocks.find((code) => code.includes(program)) ?? '').replaceAll(
      /claude-proxy-(?:\$\(date \+%F\)|DATE|\*)\.dump/g,
      path,
    );
  return [using('pg_dump '), using('pg_restore --data-only ')];
}

async function has(database: TestDatabase, name: string): Promise<boolean> {
  const [row] = await database.rows<{ found: boolean }>(`select to_regproc('public.${name}') is not null as found`);
  return row?.found === true;
}

async function enqueue(database: TestDatabase): Promise<void> {
  await database.exec(
    `select * from public.enqueue_job('${jobId}', 'key_1', 'messages', 'm', '{"a":1}', '{}', '', null, 'c', null, 5)`,
  );
}

async function closing(database: TestDatabase, work: (database: TestDatabase) => Promise<void>): Promise<void> {
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

/** Records an operation that has so many tokens of each kind. */
function recording(id: string, tokens: number | null, costMicroUsd: number | null): string {
  const row = {
    id,
    key_id: 'key_1',
    dialect: 'messages',
    mode: 'sync',
    endpoint: '/v1/messages',
    model_asked: 'm',
    ...Object.fromEntries(tokenColumns.map((column) => [column, tokens])),
    cost_micro_usd: costMicroUsd,
    outcome: 'ended',
    status: 200,
    attempts: 1,
    started_at: '2026-01-01T00:00:00Z',
    duration_ms: 1,
    correlation_id: 'c',
  };
  return `select public.record_usage('${JSON.stringify([row])}', null);`;
}

function provedOn(kind: DatabaseKind): void {
  let databases: RunningDatabases;
  let whole: string[];
  beforeAll(async () => {
    databases = await kind.start();
    const fresh = await databases.create();
    await fresh.migrate();
    whole = await schemaOf(fresh);
    await fresh.close();
  }, 60_000);
  afterAll(() => databases.stop());

  async function within(work: (database: TestDatabase) => Promise<void>): Promise<void> {
    await closing(await databases.create(), work);
  }

  async function withinMigrated(work: (database: TestDatabase) => Promise<void>): Promise<void> {
    await closing(await databases.createMigrated(), work);
  }

  it('apply from nothing, and a second time change nothing', async () => {
    await within(async (database) => {
      await database.migrate();
      await enqueue(database);
      await database.migrate();
      expect(await schemaOf(database)).toEqual(whole);
      expect(await database.rows('select id from public.jobs')).toEqual([{ id: jobId }]);
    });
    expect(whole.some((line) => line.startsWith('function') && line.includes('lease_job'))).toBe(true);
  }, 60_000);

  it.each(migrationFiles.map(({ file }, index) => [index + 1, file] as const))(
    'apply to a database with the first %d, up to %s, and keep what is in it',
    async (count) => {
      await within(async (database) => {
        await applyFirst(database, count);
        const holdsJobs = await has(database, 'enqueue_job');
        if (holdsJobs) await enqueue(database);
        await database.migrate();
        expect(await schemaOf(database)).toEqual(whole);
        if (!holdsJobs) return;
        const [leased] = await database.rows(`select outcome, request_body from public.lease_job('${jobId}', 'w', 60)`);
        expect(leased).toEqual({ outcome: 'leased', request_body: '{"a":1}' });
      });
    },
    60_000,
  );

  it('come through a database where the keys’ index was made together with their column', async () => {
    await within(async (database) => {
      await applyFirst(database, migrationFiles.findIndex(({ file }) => file.includes('_idempotent_enqueue')) + 1);
      await database.exec(
        'create unique index jobs_idempotency_key on public.jobs (key_id, idempotency_key) where idempotency_key is not null',
      );
      await database.migrate();
      expect(await schemaOf(database)).toEqual(whole);
    });
  }, 60_000);

  it('come through a database where columns and indexes were made by hand before', async () => {
    await within(async (database) => {
      await applyFirst(
        database,
        migrationFiles.findIndex(({ file }) => file.includes('_idempotent_enqueue')),
      );
      const made = /^(?:alter table|create (?:unique )?index)[^;]*if not exists[^;]*;/gm;
      const byHand = migrationFiles.flatMap(({ sql }) => sql.match(made) ?? []);
      expect(byHand).toHaveLength(4);
      for (const statement of byHand) await database.exec(statement);
      await database.migrate();
      expect(await schemaOf(database)).toEqual(whole);
    });
  }, 60_000);

  it('take nothing away that the release before them calls or reads', async () => {
    const surfaces: string[][] = [];
    await within(async (database) => {
      for (const { sql } of migrationFiles) {
        await database.exec(sql);
        surfaces.push(await surfaceOf(database));
      }
    });
    const newest = new Set(surfaces.at(-1));
    const gone = surfaces.flat().filter((line) => !newest.has(line));
    expect(gone).toEqual([]);
    expect(newest.size).toBeGreaterThan(50);
  }, 60_000);

  it('write no row anew that is there: a big table would be locked meanwhile', async () => {
    const tables = `select oid::regclass::text as name, pg_relation_filenode(oid) as file from pg_catalog.pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r'`;
    await within(async (database) => {
      await applyFirst(database, migrationFiles.findIndex(({ file }) => file.includes('_health')) + 1);
      const before = await database.rows(tables);
      expect(before.length).toBeGreaterThanOrEqual(4);
      await database.migrate();
      expect(await database.rows(tables)).toEqual(expect.arrayContaining(before));
    });
  }, 60_000);

  it.each(['claim_due_jobs(100, 10)', 'claim_unsent_jobs(100, 10, 900)'])(
    'let a sweep read what is due and not the backlog: %s',
    async (sweep) => {
      await withinMigrated(async (database) => {
        // Sent twice 20 minutes ago: due in 10.
        await database.exec(`
          insert into public.jobs (id, key_id, dialect, model, request_body, correlation_id, max_attempts, sent_at, sends, updated_at,
            resend_at)
          select gen_random_uuid(), 'key_1', 'messages', 'm', '{}', 'c', 5, now() - interval '20 minutes', 2,
            now() - interval '20 minutes', now() + interval '10 minutes' * case when number <= 3 then -1 else 1 end
          from generate_series(1, 5000) as number;
          analyze public.jobs`);
        await database.exec(`
          do $$
          declare
            v_before bigint;
            v_claimed bigint;
            v_read bigint;
          begin
            select seq_tup_read + idx_tup_fetch into v_before from pg_catalog.pg_stat_xact_user_tables where relname = 'jobs';
            select count(*) into v_claimed from public.${sweep};
            select seq_tup_read + idx_tup_fetch - v_before into v_read
            from pg_catalog.pg_stat_xact_user_tables where relname = 'jobs';
            if v_claimed <> 3 or v_read not between 3 and 100 then
              raise exception '% claimed, % read', v_claimed, v_read;
            end if;
          end $$`);
      });
    },
    60_000,
  );

  it('delete what finished long ago, the oldest first, and never what is unfinished', async () => {
    await withinMigrated(async (database) => {
      await database.exec(`
        insert into public.jobs (id, key_id, status, dialect, model, request_body, correlation_id, max_attempts, lease, created_at, finished_at)
        select gen_random_uuid(), 'key_1', status, 'messages', name, '{}', 'c', 5,
          case when status = 'running' then gen_random_uuid() end, now() - interval '99 days', now() - age
        from (values
          ('oldest', 'succeeded', interval '90 days'), ('older', 'failed', interval '40 days'),
          ('old', 'cancelled', interval '31 days'), ('new', 'succeeded', interval '29 days'),
          ('waiting', 'queued', null), ('at work', 'running', null)) as given (name, status, age)`);
      const rest = async (): Promise<unknown> => {
        const rows = await database.rows<{ model: string }>('select model from public.jobs order by finished_at');
        return rows.map(({ model }) => model);
      };
      await database.exec('set local role service_role; select public.delete_finished_jobs(30, 1)');
      expect(await rest()).toEqual(['older', 'old', 'new', 'waiting', 'at work']);
      const counted = async (): Promise<unknown> =>
        database.rows('select * from public.delete_finished_jobs(30, 100) as deleted');
      expect(await counted()).toEqual([{ deleted: 2 }]);
      expect(await counted()).toEqual([{ deleted: 0 }]);
      expect(await rest()).toEqual(['new', 'waiting', 'at work']);
      for (const days of ['0', '-1', 'null'])
        await expect(database.exec(`select public.delete_finished_jobs(${days}, 1)`)).rejects.toThrow('a day or more');
    });
  }, 60_000);

  it('delete old usage with its attempts, and keep the rest of the ledger', async () => {
    await withinMigrated(async (database) => {
      await database.exec(`
        insert into public.usage_operations (id, key_id, dialect, mode, endpoint, model_asked, input_tokens, output_tokens,
          cache_read_tokens, cache_creation_5m_tokens, cache_creation_1h_tokens, thinking_tokens, outcome, status, attempts,
          started_at, duration_ms, correlation_id)
        select id, 'key_1', 'messages', 'sync', '/v1/messages', 'm', 0, 0, 0, 0, 0, 0, 'ended', 200, 2, now() - age, 1, 'c'
        from (values ('oldest', interval '500 days'), ('old', interval '401 days'), ('new', interval '399 days')) as given (id, age);
        insert into public.usage_attempts (operation_id, number, target, provider, model, outcome, duration_ms, input_tokens,
          output_tokens, cache_read_tokens, cache_creation_5m_tokens, cache_creation_1h_tokens, thinking_tokens)
        select id, number, 't', 'p', 'm', 'ended', 1, 0, 0, 0, 0, 0, 0
        from public.usage_operations, generate_series(1, 2) as number`);
      await database.exec('set local role service_role; select public.delete_usage(400, 1)');
      expect(await database.rows('select id from public.usage_operations order by started_at')).toEqual([
        { id: 'old' },
        { id: 'new' },
      ]);
      expect(await database.rows('select * from public.delete_usage(400, 100) as deleted')).toEqual([{ deleted: 1 }]);
      expect(await database.rows('select operation_id, number from public.usage_attempts order by number')).toEqual([
        { operation_id: 'new', number: 1 },
        { operation_id: 'new', number: 2 },
      ]);
      await expect(database.exec('select public.delete_usage(0, 1)')).rejects.toThrow('a day or more');
    });
  }, 60_000);

  it('count an answer as untold that told no tokens, also one that is there with 0 of them', async () => {
    await within(async (database) => {
      await applyFirst(
        database,
        migrationFiles.findIndex(({ file }) => file.includes('_untold_tokens')),
      );
      const before =
        recording('silent before', 0, null) + recording('refused before', 0, 0) + recording('unpriced before', 7, null);
      await database.exec(before);
      await database.migrate();
      await database.exec(recording('silent', null, null) + recording('refused', 0, 0) + recording('priced', 7, 3));
      const [report] = await database.rows(
        `select * from public.usage_report('2026-01-01', '2026-01-02', '{}') as "rows"`,
      );
      expect(report).toMatchObject({
        rows: [{ operations: 6, input_tokens: 14, thinking_tokens: 14, unpriced: 3, untold: 2 }],
      });
    });
  }, 60_000);

  describe.each(roles)('the role %s', (role) => {
    it('may read, write and call nothing, even where a hosted project grants all by default', async () => {
      await withinMigrated(async (database) => {
        const open = await database.rows(`
          select c.relname as name from pg_catalog.pg_class c
          where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'S')
            and has_table_privilege('${role}', c.oid, 'select, insert, update, delete, truncate')
          union all
          select p.proname from pg_catalog.pg_proc p
          where p.pronamespace = 'public'::regnamespace and has_function_privilege('${role}', p.oid, 'execute')
        `);
        expect(open).toEqual([]);
        await expect(database.exec(`set local role ${role}; select * from public.jobs`)).rejects.toThrow(
          'permission denied',
        );
        await expect(database.exec(`set local role ${role}; select public.ping()`)).rejects.toThrow(
          'permission denied',
        );
      });
    }, 60_000);

    it('sees no row and stores none, even where somebody grants it every table by hand', async () => {
      await withinMigrated(async (database) => {
        await enqueue(database);
        await database.exec(`grant all on all tables in schema public to ${role}`);
        const tables = await database.rows<{ name: string }>(
          `select tablename as name from pg_catalog.pg_tables where schemaname = 'public'`,
        );
        expect(tables.length).toBeGreaterThanOrEqual(4);
        for (const { name } of tables) {
          await database.exec(`
            set local role ${role};
            do $$ begin
              if exists (select from public.${name}) then raise exception '${name} shows rows'; end if;
            end $$`);
        }
        await expect(
          database.exec(
            `set local role ${role}; insert into public.worker_heartbeats (worker, version) values ('w', '1')`,
          ),
        ).rejects.toThrow('row-level security');
        await database.exec(`set local role ${role}; delete from public.jobs; update public.jobs set key_id = 'mine'`);
        expect(await database.rows('select key_id from public.jobs')).toEqual([{ key_id: 'key_1' }]);
      });
    }, 60_000);
  });

  it('let the service role do all that the product does', async () => {
    await withinMigrated(async (database) => {
      const closed = await database.rows(`
        select p.proname as name from pg_catalog.pg_proc p
        where p.pronamespace = 'public'::regnamespace and not has_function_privilege('service_role', p.oid, 'execute')
      `);
      expect(closed).toEqual([]);
      await database.exec(`set local role service_role; select public.ping(); select * from public.job_counts();
        select * from public.enqueue_job('${jobId}', 'key_1', 'messages', 'm', '{}', '{}', '', null, 'c', null, 5);
        select * from public.lease_job('${jobId}', 'w', 60)`);
    });
  }, 60_000);
}

describe('a migration of a table that is there', () => {
  const later = migrationFiles.filter(({ sql }) => !/^create table/m.test(sql));

  it('makes its index in a file without another table lock, which would be held until the index is made', () => {
    const indexing = later.filter(({ sql }) => /^create (?:unique )?index/m.test(sql));
    expect(indexing.length).toBeGreaterThan(1);
    for (const { file, sql } of indexing) expect([file, /^alter table/m.test(sql)]).toEqual([file, false]);
  });

  it('leaves an index alone that was made by hand', () => {
    for (const { file, sql } of later)
      expect([file, /^create (?:unique )?index (?!if not exists)/m.test(sql)]).toEqual([file, false]);
  });
});

describe('the migrations on PGlite', () => {
  provedOn(pglite);
});

if (postgresql.missing === undefined) {
  describe('the migrations on PostgreSQL', () => {
    provedOn(postgresql);
  });

  describe('a backup', () => {
    it('goes into a new project by the commands in the documents, as closed there as it was', async () => {
      const databases = await postgresql.start();
      const directory = await mkdtemp(join(tmpdir(), 'backup-'));
      try {
        const [former, latter] = [await databases.create(), await databases.create()];
        await former.migrate();
        await enqueue(former);
        const env = { ...process.env, DATABASE_URL: former.url, NEW_DATABASE_URL: latter.url };
        const [dump, restore] = backupCommands(join(directory, 'dump'));
        for (const command of [dump, restore]) {
          const { status, stderr } = spawnSync('bash', ['-euc', command], {
            cwd: repositoryRoot,
            env,
            encoding: 'utf8',
          });
          expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: '' });
        }
        expect(await schemaOf(latter)).toEqual(await schemaOf(former));
        expect(await surfaceOf(latter)).toEqual(await surfaceOf(former));
        expect(await latter.rows('select id, status from public.jobs')).toEqual([{ id: jobId, status: 'queued' }]);
      } finally {
        await databases.stop();
        await rm(directory, { recursive: true, force: true });
      }
    }, 60_000);
  });
} else {
  // oxlint-disable-next-line jest/no-disabled-tests
  it.skip(`the migrations on PostgreSQL (skipped: ${postgresql.missing})`, () => undefined);
}
