-- A job is charged once: by the row that was stored with its result. What its other runs cost (they failed and were tried again, or
-- another worker was first) stays on record for the operator, and is no charge of the caller's.

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
        count(*) filter (where o.cost_micro_usd is null) as unpriced
      from public.usage_operations o
      where o.started_at >= p_from and o.started_at < p_to and (p_key_ids is null or o.key_id = any (p_key_ids))
        and (o.job_id is null or o.id = o.job_id::text)
      group by 1, 2, 3, 4
    ) r
  );
end
$$;
