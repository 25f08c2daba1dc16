-- Where an upstream has begun an answer and told no tokens, they are null, as the cost is: 0 would say that nothing was used. An
-- operation that was refused has used nothing, and keeps its 0.
--
-- Rows that were written before, or by the release before this one while it is being replaced, have 0 there and no cost, which nothing
-- else has. They stay as they are, and are counted as untold.

alter table public.usage_operations
  alter column input_tokens drop not null,
  alter column output_tokens drop not null,
  alter column cache_read_tokens drop not null,
  alter column cache_creation_5m_tokens drop not null,
  alter column cache_creation_1h_tokens drop not null,
  alter column thinking_tokens drop not null;

alter table public.usage_attempts
  alter column input_tokens drop not null,
  alter column output_tokens drop not null,
  alter column cache_read_tokens drop not null,
  alter column cache_creation_5m_tokens drop not null,
  alter column cache_creation_1h_tokens drop not null,
  alter column thinking_tokens drop not null;

-- As before, and a count that is null stays unknown.
create or replace function public.record_usage(p_operations jsonb, p_attempts jsonb)
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
    o.input_tokens, o.output_tokens, o.cache_read_tokens, o.cache_creation_5m_tokens, o.cache_creation_1h_tokens, o.thinking_tokens,
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
    a.duration_ms, a.input_tokens, a.output_tokens, a.cache_read_tokens, a.cache_creation_5m_tokens, a.cache_creation_1h_tokens,
    a.thinking_tokens
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

-- As before; untold counts the operations whose tokens are not known. Each sum is that of the others, null where there are none.
create or replace function public.usage_report(p_from timestamptz, p_to timestamptz, p_group text[], p_key_ids text[] default null)
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
        count(*) filter (where o.cost_micro_usd is null) as unpriced,
        count(*) filter (
          where o.input_tokens is null
            or (
              o.cost_micro_usd is null
              and o.input_tokens + o.output_tokens + o.cache_read_tokens + o.cache_creation_5m_tokens + o.cache_creation_1h_tokens = 0
            )
        ) as untold
      from public.usage_operations o
      where o.started_at >= p_from and o.started_at < p_to and (p_key_ids is null or o.key_id = any (p_key_ids))
        and (o.job_id is null or o.id = o.job_id::text)
      group by 1, 2, 3, 4
    ) r
  );
end
$$;

-- For health checks, in the place of the one before it.
create function public.schema_20261122020000()
returns boolean
language sql
stable
set search_path = ''
as $$
  select true;
$$;

revoke all on function public.schema_20261122020000 from public, anon, authenticated;
grant execute on function public.schema_20261122020000 to service_role;
