-- The ledger. One row in usage_operations for every operation a caller asked for, one in usage_attempts for every upstream
-- call made on its behalf. Rows are written once and never changed; ids come from the gateway, so that a batch replayed
-- after a database outage is counted once.

create table public.usage_operations (
  id text primary key,
  -- Fingerprint of the caller's key, never the key.
  key_id text not null,
  dialect text not null,
  mode text not null check (mode in ('sync', 'stream', 'durable')),
  endpoint text not null,
  model_asked text not null,
  -- What the route made of it, and what the upstream says it ran. Null where the operation ended before that was known.
  model_used text,
  model_answered text,
  provider text,
  target text,
  -- Disjoint kinds, as Anthropic counts: input_tokens excludes what was read from or written to the prompt cache.
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_creation_5m_tokens bigint not null,
  cache_creation_1h_tokens bigint not null,
  -- Part of output_tokens.
  thinking_tokens bigint not null,
  -- At list price. Null where the model has no known price, or the answer did not tell its tokens.
  cost_micro_usd bigint,
  outcome text not null check (outcome in ('ended', 'failed', 'aborted')),
  error_code text,
  status integer not null,
  attempts integer not null,
  started_at timestamptz not null,
  first_byte_ms integer,
  duration_ms integer not null,
  correlation_id text not null,
  job_id uuid,
  recorded_at timestamptz not null default now()
);

create index usage_operations_started_at on public.usage_operations (started_at);
create index usage_operations_key_started_at on public.usage_operations (key_id, started_at);
create index usage_operations_job on public.usage_operations (job_id) where job_id is not null;

-- No foreign key: both tables are filled in one call, and an attempt whose operation was refused must not hold up a batch.
create table public.usage_attempts (
  operation_id text not null,
  -- From 1, in the order in which they were made.
  number integer not null,
  target text not null,
  provider text not null,
  model text not null,
  outcome text not null check (outcome in ('ended', 'failed', 'aborted')),
  -- Null where no answer came.
  status integer,
  error_code text,
  first_byte_ms integer,
  duration_ms integer not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_creation_5m_tokens bigint not null,
  cache_creation_1h_tokens bigint not null,
  thinking_tokens bigint not null,
  recorded_at timestamptz not null default now(),
  primary key (operation_id, number)
);

alter table public.usage_operations enable row level security;
alter table public.usage_attempts enable row level security;
revoke all on public.usage_operations, public.usage_attempts from public, anon, authenticated;
grant select, insert, update, delete on public.usage_operations, public.usage_attempts to service_role;

-- Writes a batch. A row that is there already stays as it is. Returns how many of each were new.
create function public.record_usage(p_operations jsonb, p_attempts jsonb)
returns table (operations integer, attempts integer)
language plpgsql
set search_path = ''
as $$
begin
  insert into public.usage_operations (
    id, key_id, dialect, mode, endpoint, model_asked, model_used, model_answered, provider, target,
    input_tokens, output_tokens, cache_read_tokens, cache_creation_5m_tokens, cache_creation_1h_tokens, thinking_tokens,
    cost_micro_usd, outcome, error_code, status, attempts, started_at, first_byte_ms, duration_ms, correlation_id, job_id
  )
  select
    o.id, o.key_id, o.dialect, o.mode, o.endpoint, o.model_asked, o.model_used, o.model_answered, o.provider, o.target,
    coalesce(o.input_tokens, 0), coalesce(o.output_tokens, 0), coalesce(o.cache_read_tokens, 0),
    coalesce(o.cache_creation_5m_tokens, 0), coalesce(o.cache_creation_1h_tokens, 0), coalesce(o.thinking_tokens, 0),
    o.cost_micro_usd, o.outcome, o.error_code, o.status, o.attempts, o.started_at, o.first_byte_ms,
    o.duration_ms, o.correlation_id, o.job_id
  from jsonb_to_recordset(coalesce(p_operations, '[]')) as o (
    id text, key_id text, dialect text, mode text, endpoint text, model_asked text, model_used text, model_answered text,
    provider text, target text, input_tokens bigint, output_tokens bigint, cache_read_tokens bigint,
    cache_creation_5m_tokens bigint, cache_creation_1h_tokens bigint, thinking_tokens bigint, cost_micro_usd bigint,
    outcome text, error_code text, status integer, attempts integer, started_at timestamptz, first_byte_ms integer,
    duration_ms integer, correlation_id text, job_id uuid
  )
  on conflict do nothing;
  get diagnostics operations = row_count;

  insert into public.usage_attempts (
    operation_id, number, target, provider, model, outcome, status, error_code, first_byte_ms, duration_ms,
    input_tokens, output_tokens, cache_read_tokens, cache_creation_5m_tokens, cache_creation_1h_tokens, thinking_tokens
  )
  select
    a.operation_id, a.number, a.target, a.provider, a.model, a.outcome, a.status, a.error_code, a.first_byte_ms,
    a.duration_ms, coalesce(a.input_tokens, 0), coalesce(a.output_tokens, 0), coalesce(a.cache_read_tokens, 0),
    coalesce(a.cache_creation_5m_tokens, 0), coalesce(a.cache_creation_1h_tokens, 0), coalesce(a.thinking_tokens, 0)
  from jsonb_to_recordset(coalesce(p_attempts, '[]')) as a (
    operation_id text, number integer, target text, provider text, model text, outcome text, status integer,
    error_code text, first_byte_ms integer, duration_ms integer, input_tokens bigint, output_tokens bigint,
    cache_read_tokens bigint, cache_creation_5m_tokens bigint, cache_creation_1h_tokens bigint, thinking_tokens bigint
  )
  on conflict do nothing;
  get diagnostics attempts = row_count;

  return next;
end
$$;

-- Sums over [p_from, p_to), grouped by any of day (UTC), model, provider, key; with none, one row in all. p_key_ids null: of
-- every key. The cost is that of the operations that have one, null where none has; unpriced counts the others.
-- One JSON array rather than rows: PostgREST cuts a result of rows off at its max-rows without saying so.
create function public.usage_report(p_from timestamptz, p_to timestamptz, p_group text[], p_key_ids text[] default null)
returns json
language plpgsql
stable
set search_path = ''
as $$
begin
  if not p_group <@ array['day', 'model', 'provider', 'key'] then
    raise exception 'usage_report groups by day, model, provider, key' using errcode = '22023';
  end if;
  return (
    select coalesce(json_agg(r order by r.day, r.model, r.provider, r.key_id), '[]')
    from (
      select
        case when 'day' = any (p_group) then (o.started_at at time zone 'utc')::date end as day,
        case when 'model' = any (p_group) then coalesce(o.model_used, o.model_asked) end as model,
        case when 'provider' = any (p_group) then o.provider end as provider,
        case when 'key' = any (p_group) then o.key_id end as key_id,
        count(*) as operations,
        count(*) filter (where o.outcome = 'ended') as ended,
        count(*) filter (where o.outcome = 'failed') as failed,
        count(*) filter (where o.outcome = 'aborted') as aborted,
        sum(o.attempts) as attempts,
        sum(o.input_tokens) as input_tokens,
        sum(o.output_tokens) as output_tokens,
        sum(o.cache_read_tokens) as cache_read_tokens,
        sum(o.cache_creation_5m_tokens) as cache_creation_5m_tokens,
        sum(o.cache_creation_1h_tokens) as cache_creation_1h_tokens,
        sum(o.thinking_tokens) as thinking_tokens,
        sum(o.cost_micro_usd) as cost_micro_usd,
        count(*) filter (where o.cost_micro_usd is null) as unpriced
      from public.usage_operations o
      where o.started_at >= p_from and o.started_at < p_to and (p_key_ids is null or o.key_id = any (p_key_ids))
      group by 1, 2, 3, 4
    ) r
  );
end
$$;

revoke all on function public.record_usage, public.usage_report from public, anon, authenticated;
grant execute on function public.record_usage, public.usage_report to service_role;
