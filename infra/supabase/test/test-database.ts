/** A database of its own for one test. */
export interface TestDatabase {
  /** Where PostgreSQL's own programs find it; undefined where there is no server. */
  readonly url?: string;
  /** Runs any number of statements, all or none of them. Rejects with PostgreSQL's message. */
  exec(sql: string): Promise<void>;
  /** The rows of one query, each as an object. */
  rows<Row>(query: string): Promise<Row[]>;
  /** Applies every migration that is not applied, as it is done where this database is used. */
  migrate(): Promise<void>;
  close(): Promise<void>;
}

/** A kind of database that the migrations have to run on. */
export interface DatabaseKind {
  readonly name: string;
  /** Why there is none here; undefined where there is. */
  readonly missing: string | undefined;
  start(): Promise<RunningDatabases>;
}

export interface RunningDatabases {
  /**
   * An empty database, prepared as a hosted Supabase project is: its roles, and everything granted to them by default. The one
   * before it must have been closed.
   */
  create(): Promise<TestDatabase>;
  /** As `create`, with every migration applied. */
  createMigrated(): Promise<TestDatabase>;
  stop(): Promise<void>;
}

/** The roles that a hosted project has before its first migration. */
export const hostedRoles = `
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
`;

/** The dangerous part of a hosted project: every new table and function is open to `anon` there, unless it is closed. */
export const hostedDefaults = `
  grant usage on schema public to anon, authenticated, service_role;
  alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
  alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
`;
