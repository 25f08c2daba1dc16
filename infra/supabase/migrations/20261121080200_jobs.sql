-- Durable work. A row is committed before the caller hears 202; the queue carries its id alone. A worker owns a job by a
-- lease: whoever holds another lease, or none, changes nothing.

create table public.jobs (
  id uuid primary key,
  -- Fingerprint of the owner's key, never the key.
  key_id text not null,
  status text not null default 'queued' check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  dialect text not null,
  model text not null,
  -- The client's own JSON text, byte for byte. jsonb would reorder its keys, fold its numbers and refuse \u0000.
  request_body text not null,
  request_headers jsonb not null default '{}',
  request_query text not null default '',
  metadata jsonb,
  correlation_id text not null,
  traceparent text,
  attempt integer not null default 0,
  max_attempts integer not null check (max_attempts > 0),
  -- The lease of the run in progress; a new one for each run.
  lease uuid,
  lease_expires_at timestamptz,
  worker text,
  result_status integer,
  result_headers jsonb,
  result_body text,
  error jsonb,
  created_at timestamptz not null default now(),
  -- Outbox: null until a queue message has been sent. sends counts them; a message can be lost and sent again.
  sent_at timestamptz,
  sends integer not null default 0,
  -- Whoever claims a row sends it; the claim runs out if the sender dies.
  send_claimed_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint jobs_lease_while_running check ((status = 'running') = (lease is not null)),
  constraint jobs_finished check ((status in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null))
);

-- Small whatever the table's size: a row leaves them when it was sent, or has finished.
create index jobs_unsent on public.jobs (created_at) where sent_at is null and status = 'queued';
create index jobs_queued on public.jobs (updated_at) where status = 'queued';
create index jobs_running on public.jobs (lease_expires_at) where status = 'running';
create index jobs_finished_at on public.jobs (finished_at) where finished_at is not null;
create index jobs_key_created_at on public.jobs (key_id, created_at);

alter table public.jobs enable row level security;
revoke all on public.jobs from public, anon, authenticated;
grant select, insert, update, delete on public.jobs to service_role;

-- Commits a job; a repeated call with the same id changes nothing. The caller holds the first claim to send it.
create function public.enqueue_job(
  p_id uuid,
  p_key_id text,
  p_dialect text,
  p_model text,
  p_request_body text,
  p_request_headers jsonb,
  p_request_query text,
  p_metadata jsonb,
  p_correlation_id text,
  p_traceparent text,
  p_max_attempts integer
) returns table (created_at timestamptz)
language plpgsql
set search_path = ''
as $$
begin
  insert into public.jobs (
    id, key_id, dialect, model, request_body, request_headers, request_query, metadata, correlation_id, traceparent,
    max_attempts, send_claimed_at
  ) values (
    p_id, p_key_id, p_dialect, p_model, p_request_body, p_request_headers, p_request_query, p_metadata, p_correlation_id,
    p_traceparent, p_max_attempts, clock_timestamp()
  )
  on conflict (id) do nothing;
  return query select j.created_at from public.jobs j where j.id = p_id and j.key_id = p_key_id;
end
$$;

create function public.mark_job_sent(p_id uuid)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  update public.jobs
  set sent_at = clock_timestamp(), sends = sends + 1, send_claimed_at = null, updated_at = clock_timestamp()
  where id = p_id;
  return found;
end
$$;

-- Claims, for p_claim_seconds, up to p_limit jobs that need a queue message: those never sent, and those whose message must
-- have been lost, because nothing has happened to them for p_lost_seconds times the number of messages sent (so that a long
-- backlog is not flooded with duplicates). The caller sends each and calls mark_job_sent.
create function public.claim_unsent_jobs(p_limit integer, p_claim_seconds integer, p_lost_seconds integer)
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
      and j.updated_at < now() - make_interval(secs => p_lost_seconds)
      and j.updated_at < now() - make_interval(secs => p_lost_seconds) * greatest(j.sends, 1)
      and (j.send_claimed_at is null or j.send_claimed_at < now() - make_interval(secs => p_claim_seconds))
    order by j.updated_at
    limit p_limit
    for update skip locked
  ),
  abandoned as (
    select j.id
    from public.jobs j
    where j.status = 'running'
      and j.lease_expires_at < now() - make_interval(secs => p_lost_seconds)
      and j.updated_at < now() - make_interval(secs => p_lost_seconds) * greatest(j.sends, 1)
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

-- Takes a job for p_lease_seconds. The outcome says what the worker does with the message:
--   leased     run it (only then are the request's columns filled)
--   held       another worker runs it: give the message back
--   finished   nothing left to do: acknowledge
--   exhausted  its attempts are used up; it has just been marked failed: acknowledge
--   missing    no such job: acknowledge
create function public.lease_job(p_id uuid, p_worker text, p_lease_seconds integer)
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
      started_at = coalesce(j.started_at, v_moment), updated_at = v_moment
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

-- False: the lease is no longer the caller's, who must stop and write nothing.
create function public.extend_job_lease(p_id uuid, p_lease uuid, p_lease_seconds integer)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  update public.jobs
  set lease_expires_at = clock_timestamp() + make_interval(secs => p_lease_seconds), updated_at = clock_timestamp()
  where id = p_id and lease = p_lease;
  return found;
end
$$;

-- Stores the end of a job together with its usage rows ({"operations": [...], "attempts": [...]}), or neither: one result,
-- one charge. A lease that has run out but that nobody has taken over is still good: the work is done.
create function public.finish_job(
  p_id uuid,
  p_lease uuid,
  p_status text,
  p_result_status integer,
  p_result_headers jsonb,
  p_result_body text,
  p_error jsonb,
  p_usage jsonb default null
) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if p_status not in ('succeeded', 'failed', 'cancelled') then
    raise exception 'finish_job ends a job as succeeded, failed or cancelled' using errcode = '22023';
  end if;
  update public.jobs
  set status = p_status, result_status = p_result_status, result_headers = p_result_headers, result_body = p_result_body,
    error = p_error, lease = null, lease_expires_at = null, finished_at = clock_timestamp(), updated_at = clock_timestamp()
  where id = p_id and lease = p_lease;
  if not found then
    return false;
  end if;
  if p_usage is not null then
    perform public.record_usage(p_usage -> 'operations', p_usage -> 'attempts');
  end if;
  return true;
end
$$;

-- Back to the queue, without a result: at shutdown (p_count_attempt false) or for another try (true).
create function public.release_job(p_id uuid, p_lease uuid, p_count_attempt boolean)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  update public.jobs
  set status = 'queued', lease = null, lease_expires_at = null, worker = null, updated_at = clock_timestamp(),
    attempt = case when p_count_attempt then attempt else attempt - 1 end
  where id = p_id and lease = p_lease;
  return found;
end
$$;

-- What the owner may see. Another key's job is no row, like one that does not exist.
create function public.get_job(p_id uuid, p_key_id text)
returns table (
  id uuid,
  status text,
  dialect text,
  model text,
  metadata jsonb,
  correlation_id text,
  attempt integer,
  max_attempts integer,
  result_status integer,
  result_headers jsonb,
  result_body text,
  error jsonb,
  created_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz
)
language sql
stable
set search_path = ''
as $$
  select j.id, j.status, j.dialect, j.model, j.metadata, j.correlation_id, j.attempt, j.max_attempts, j.result_status,
    j.result_headers, j.result_body, j.error, j.created_at, j.started_at, j.finished_at, j.updated_at
  from public.jobs j
  where j.id = p_id and j.key_id = p_key_id;
$$;

-- For metrics: every queued and running job, and those finished within p_finished_seconds; each from a partial index. The
-- oldest age is that of a queued job since it was accepted, and of a running one since it was first started.
create function public.job_counts(p_finished_seconds integer default 3600)
returns table (status text, jobs bigint, oldest_age_seconds double precision)
language sql
stable
set search_path = ''
as $$
  select 'queued', count(*), extract(epoch from now() - min(j.created_at))::double precision
  from public.jobs j where j.status = 'queued'
  union all
  select 'running', count(*), extract(epoch from now() - min(j.started_at))::double precision
  from public.jobs j where j.status = 'running'
  union all
  select s.status, count(j.id), null
  from (values ('succeeded'), ('failed'), ('cancelled')) as s (status)
  left join public.jobs j
    on j.status = s.status and j.finished_at >= now() - make_interval(secs => p_finished_seconds)
  group by s.status;
$$;

revoke all on function
  public.enqueue_job, public.mark_job_sent, public.claim_unsent_jobs, public.lease_job, public.extend_job_lease,
  public.finish_job, public.release_job, public.get_job, public.job_counts
from public, anon, authenticated;
grant execute on function
  public.enqueue_job, public.mark_job_sent, public.claim_unsent_jobs, public.lease_job, public.extend_job_lease,
  public.finish_job, public.release_job, public.get_job, public.job_counts
to service_role;
