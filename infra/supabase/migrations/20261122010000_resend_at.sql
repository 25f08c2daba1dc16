-- When a job gets another queue message although one was sent: 15 minutes after the first, because nothing has happened to it and the
-- message must be lost (expired, purged, or a dead letter), 30 minutes after the second and so on, so that a long backlog is not flooded
-- with duplicates. Taking a job up, or putting it back, begins this anew. 15 minutes are the longest delay that SQS gives a message.
--
-- A column of its own, whose index (in the next file) has nothing but what waits: computed from updated_at and sends, it had every
-- sweep read the whole backlog, every five seconds in every replica.

-- The default does not change from row to row, so that no row is written here, and makes every job that is there due once.
alter table public.jobs
  add column if not exists resend_at timestamptz not null default now() + interval '15 minutes';

create or replace function public.mark_job_sent(p_id uuid)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_moment timestamptz := clock_timestamp();
begin
  update public.jobs
  set sent_at = v_moment, sends = sends + 1, send_claimed_at = null, updated_at = v_moment,
    resend_at = v_moment + interval '15 minutes' * (sends + 1)
  where id = p_id;
  return found;
end
$$;

-- Claims, for p_claim_seconds, up to p_limit jobs that need a queue message: those never sent, and those whose resend_at has come. The
-- caller sends each and calls mark_job_sent. A run is given up 15 minutes after its lease: until then its own message is hidden.
create function public.claim_due_jobs(p_limit integer, p_claim_seconds integer)
returns table (id uuid, correlation_id text, traceparent text, lost boolean)
language sql
set search_path = ''
as $$
  with unsent as (
    select j.id
    from public.jobs j
    where j.status = 'queued' and j.sent_at is null
      and (j.send_claimed_at is null or j.send_claimed_at < now() - make_interval(secs => p_claim_seconds))
    order by j.created_at
    limit p_limit
    for update skip locked
  ),
  never_leased as (
    select j.id
    from public.jobs j
    where j.status = 'queued' and j.sent_at is not null
      and j.resend_at <= now()
      and (j.send_claimed_at is null or j.send_claimed_at < now() - make_interval(secs => p_claim_seconds))
    order by j.resend_at
    limit p_limit
    for update skip locked
  ),
  abandoned as (
    select j.id
    from public.jobs j
    where j.status = 'running'
      and j.lease_expires_at < now() - interval '15 minutes'
      and j.resend_at <= now()
      and (j.send_claimed_at is null or j.send_claimed_at < now() - make_interval(secs => p_claim_seconds))
    order by j.lease_expires_at
    limit p_limit
    for update skip locked
  ),
  due as (
    select u.id from unsent u
    union all
    select n.id from never_leased n
    union all
    select a.id from abandoned a
    limit p_limit
  )
  update public.jobs j
  set send_claimed_at = clock_timestamp()
  from due d
  where j.id = d.id
  returning j.id, j.correlation_id, j.traceparent, j.sent_at is not null;
$$;

-- For the release before this one, whose p_lost_seconds are the same 15 minutes.
create or replace function public.claim_unsent_jobs(p_limit integer, p_claim_seconds integer, p_lost_seconds integer)
returns table (id uuid, correlation_id text, traceparent text, lost boolean)
language sql
set search_path = ''
as $$
  select c.id, c.correlation_id, c.traceparent, c.lost from public.claim_due_jobs(p_limit, p_claim_seconds) c;
$$;

-- As before, and sends and resend_at begin anew.
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
language plpgsql
set search_path = ''
as $$
declare
  v_moment timestamptz;
  v_status text;
  v_expires_at timestamptz;
  v_attempt integer;
  v_max_attempts integer;
begin
  select j.status, j.lease_expires_at, j.attempt, j.max_attempts
  into v_status, v_expires_at, v_attempt, v_max_attempts
  from public.jobs j where j.id = p_id
  for update;
  -- After the lock, which may have been waited for.
  v_moment := clock_timestamp();

  if v_status is null then
    outcome := 'missing';
  elsif v_status in ('succeeded', 'failed', 'cancelled') then
    outcome := 'finished';
  elsif v_status = 'running' and v_expires_at > v_moment then
    outcome := 'held';
  elsif v_attempt >= v_max_attempts then
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
    set status = 'running', attempt = j.attempt + 1, lease = gen_random_uuid(), worker = p_worker,
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

-- As before, and sends and resend_at begin anew: the job's next message may be on its way for as long as a first one.
create or replace function public.release_job(p_id uuid, p_lease uuid, p_count_attempt boolean)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_moment timestamptz := clock_timestamp();
begin
  update public.jobs
  set status = 'queued', lease = null, lease_expires_at = null, worker = null, updated_at = v_moment,
    attempt = case when p_count_attempt then attempt else attempt - 1 end,
    sends = 0, resend_at = v_moment + interval '15 minutes'
  where id = p_id and lease = p_lease;
  return found;
end
$$;

revoke all on function public.claim_due_jobs from public, anon, authenticated;
grant execute on function public.claim_due_jobs to service_role;
