#!/usr/bin/env bash
# Applies the migrations in infra/supabase/migrations that a database does not have yet. Needs bash and psql.
#
#   DATABASE_URL=postgresql://… ./infra/scripts/migrate.sh [--execute]
#
#   --execute   apply; without it the pending migrations are listed and nothing is changed
#
# DATABASE_URL is the Supabase project's connection string (Settings → Database; the session pooler or the direct connection),
# or that of any PostgreSQL 15 or later with Supabase's roles.
#
# psql and not the Supabase CLI, because a release should not depend on a download. The bookkeeping is the CLI's own table,
# supabase_migrations.schema_migrations, so either tool sees what the other has applied.
#
# Each migration is one transaction: it is applied whole or not at all. Two runs at once wait for each other. A statement that cannot
# get its table lock within five seconds gives up, so that a release never makes requests queue behind it; run it again.
# There is no way back by design: migrations only add, so the former release works on the new schema.
#
# Exit code: 0 done, or nothing to do · 1 a migration failed, those before it are applied · 2 wrong usage · 3 psql or DATABASE_URL missing
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/scripts/lib/report.sh
source "$here/lib/report.sh"

execute=0
while [[ $# -gt 0 ]]; do
  case $1 in
    --execute) execute=1; shift ;;
    --help | -h) print_help "${BASH_SOURCE[0]}"; exit 0 ;;
    *) usage_error "unknown option $1" ;;
  esac
done

directory="$here/../supabase/migrations"
[[ -n ${DATABASE_URL:-} ]] || fail 3 'DATABASE_URL is not set: the connection string of the database to migrate'
require_command psql

# The password travels in the environment: as an argument every user of the machine could read it.
connection=$DATABASE_URL
if [[ $connection =~ ^(postgres(ql)?://[^:/@]+):([^@/]*)@(.*)$ ]]; then
  connection="${BASH_REMATCH[1]}@${BASH_REMATCH[4]}"
  PGPASSWORD=$(printf '%b' "${BASH_REMATCH[3]//%/\\x}")
  export PGPASSWORD
fi
# Never in clear over a network; a sslmode in the URL itself wins over this.
[[ $connection =~ @(localhost|127\.0\.0\.1|\[::1\])[:/] ]] || export PGSSLMODE=${PGSSLMODE:-require}
export PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10}
database() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname "$connection" "$@"; }

known=$(database --command "select to_regclass('supabase_migrations.schema_migrations') is not null") ||
  fail 3 'the database cannot be reached with DATABASE_URL'
applied=''
if [[ $known == t ]]; then
  applied=$(database --command 'select version from supabase_migrations.schema_migrations order by version')
fi

pending=()
shopt -s nullglob
for file in "$directory"/[0-9]*_*.sql; do
  version=$(basename "$file")
  version=${version%%_*}
  grep -qx "$version" <<<"$applied" || pending+=("$file")
done

if [[ ${#pending[@]} -eq 0 ]]; then
  say 'the schema is up to date'
  exit 0
fi

say "${#pending[@]} pending:"
for file in "${pending[@]}"; do say "  $(basename "$file")"; done
if [[ $execute -eq 0 ]]; then
  say 'dry run: nothing was applied (add --execute)'
  exit 0
fi

if [[ $known != t ]]; then
  database --command 'create schema if not exists supabase_migrations' \
    --command 'create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text)'
fi

for file in "${pending[@]}"; do
  name=$(basename "$file" .sql)
  # The row first: of two runs, the second waits for the lock, meets the row, and stops before it applies anything twice.
  # A lock of the transaction, not of the session, holds through a connection pooler too.
  if ! database --single-transaction \
    --command "select pg_advisory_xact_lock(hashtext('claude-proxy migrations'))" \
    --command "insert into supabase_migrations.schema_migrations (version, name) values ('${name%%_*}', '${name#*_}')" \
    --command "set local lock_timeout = '5s'" \
    --file "$file" >/dev/null; then
    fail 1 "$name failed and was taken back whole; migrations before it are applied. Mend it and run this again"
  fi
  say "applied $name"
done
