-- The worker names its lease, and may ask again where the word of it got lost: the run has begun then and is counted once. Before, such a
-- run was nobody's, kept the job until its lease ran out, and cost it an attempt.

-- As lease_job, and a lease that is the caller's already is begun anew.
create function public.take_job(p_id uuid, p_lease uuid, p_worker text, p_lease_seconds integer)
returns table (
  outcome text,
  status text,
  lease uuid,
  lease_expires_at timestamptz,
  attempt integer,
  max_attempts integer,
  key_id text,
  dialect text,
  model text,
  request_body text,
  request_headers jsonb,
  request_query text,
  metadata jsonb,
  correlation_id text,
  traceparent text,
  created_at timestamptz
)
language plpgsql
set search_path = ''
as $$
declare
  v_moment timestamptz;
  v_status text;
  v_lease uuid;
  v_expires_at timestamptz;
  v_attempt integer;
  v_max_attempts integer;
begin
  select j.status, j.lease, j.lease_expires_at, j.attempt, j.max_attempts
  into v_status, v_lease, v_expires_at, v_attempt, v_max_attempts
  from public.jobs j where j.id = p_id
  for update;
  -- After the lock, which may have been waited for.
  v_moment := clock_timestamp();

  if v_status is null then
    outcome := 'missing';
  elsif v_status in ('succeeded', 'failed', 'cancelled') then
    outcome := 'finished';
  elsif v_status = 'running' and v_lease <> p_lease and v_expires_at > v_moment then
    outcome := 'held';
  elsif v_lease is distinct from p_lease and v_attempt >= v_max_attempts then
    outcome := 'exhausted';
    v_status := 'failed';
    update public.jobs j
    set status = 'failed', lease = null, lease_expires_at = null, worker = null, finished_at = v_moment,
      updated_at = v_moment,
      error = jsonb_build_object(
        'code', 'attempts_exhausted',
        'message', format('The job was started %s times and never finished.', v_attempt)
      )
    where j.id = p_id;
  else
    return query
    update public.jobs j
    set status = 'running', attempt = j.attempt + case when v_lease = p_lease then 0 else 1 end, lease = p_lease, worker = p_worker,
      lease_expires_at = v_moment + make_interval(secs => p_lease_seconds),
      started_at = coalesce(j.started_at, v_moment), updated_at = v_moment,
      sends = 0, resend_at = v_moment + interval '15 minutes'
    where j.id = p_id
    returning 'leased', j.status, j.lease, j.lease_expires_at, j.attempt, j.max_attempts, j.key_id, j.dialect, j.model,
      j.request_body, j.request_headers, j.request_query, j.metadata, j.correlation_id, j.traceparent, j.created_at;
    return;
  end if;

  status := v_status;
  lease_expires_at := v_expires_at;
  attempt := v_attempt;
  max_attempts := v_max_attempts;
  return next;
end
$$;

-- For the release before this one.
create or replace function public.lease_job(p_id uuid, p_worker text, p_lease_seconds integer)
returns table (
  outcome text,
  status text,
  lease uuid,
  lease_expires_at timestamptz,
  attempt integer,
  max_attempts integer,
  key_id text,
  dialect text,
  model text,
  request_body text,
  request_headers jsonb,
  request_query text,
  metadata jsonb,
  correlation_id text,
  traceparent text,
  created_at timestamptz
)
language sql
set search_path = ''
as $$
  select * from public.take_job(p_id, gen_random_uuid(), p_worker, p_lease_seconds);
$$;

-- For health checks, in the place of the one before it.
create function public.schema_20261122030000()
returns boolean
language sql
stable
set search_path = ''
as $$
  select true;
$$;

revoke all on function public.take_job, public.schema_20261122030000 from public, anon, authenticated;
grant execute on function public.take_job, public.schema_20261122030000 to service_role;
