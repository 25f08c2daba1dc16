import type { TestDatabase } from './test-database.js';

/** Everything that the product relies on, as sorted lines: two databases with the same lines behave alike. */
export async function schemaOf(database: TestDatabase): Promise<string[]> {
  const rows = await database.rows<{ line: string }>(`
    select format('column %s.%s %s%s default %s', c.table_name, c.column_name, c.udt_name,
      case c.is_nullable when 'NO' then ' not null' else '' end, coalesce(c.column_default, 'none')) as line
    from information_schema.columns c where c.table_schema = 'public'
    union all
    select format('function %s', pg_catalog.pg_get_functiondef(p.oid)) from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace
    union all
    select format('index %s', i.indexdef) from pg_catalog.pg_indexes i where i.schemaname = 'public'
    union all
    select format('constraint %s %s %s', n.conrelid::regclass, n.conname, pg_catalog.pg_get_constraintdef(n.oid))
    from pg_catalog.pg_constraint n where n.connamespace = 'public'::regnamespace
    union all
    select format('row-level security %s %s', c.relname, c.relrowsecurity) from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    union all
    select format('policy %s %s', p.tablename, p.policyname) from pg_catalog.pg_policies p where p.schemaname = 'public'
    union all
    select format('grant %s %s to %s', g.table_name, g.privilege_type, g.grantee)
    from information_schema.role_table_grants g where g.table_schema = 'public'
  `);
  return rows.map(({ line }) => line).toSorted();
}

/** What a running release calls and reads: it must still be there while the next one's migrations are in place. */
export async function surfaceOf(database: TestDatabase): Promise<string[]> {
  const rows = await database.rows<{ line: string }>(`
    select format('%s.%s %s', c.table_name, c.column_name, c.udt_name) as line
    from information_schema.columns c where c.table_schema = 'public'
    union all
    select format('%s(%s) returns %s', p.proname, pg_catalog.pg_get_function_arguments(p.oid),
      pg_catalog.pg_get_function_result(p.oid))
    from pg_catalog.pg_proc p where p.pronamespace = 'public'::regnamespace
  `);
  return rows.map(({ line }) => line).toSorted();
}
