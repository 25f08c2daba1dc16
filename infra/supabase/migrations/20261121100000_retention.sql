-- What is old enough goes, a batch at a time: prompts and answers are other people's words, and tables that only grow fill the disk.

-- Jobs that finished p_days ago or earlier, the oldest first; returns how many. One that is queued or running stays, however old.
-- Rows that another replica is deleting are left to it. A late message of a deleted job is one of no job, and acknowledged.
create function public.delete_finished_jobs(p_days integer, p_limit integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_deleted integer;
begin
  if p_days is null or p_days < 1 then
    raise exception 'delete_finished_jobs keeps a job for a day or more' using errcode = '22023';
  end if;
  delete from public.jobs j
  where j.id in (
    select f.id from public.jobs f
    where f.finished_at < now() - make_interval(days => p_days)
    order by f.finished_at
    limit p_limit
    for update skip locked
  );
  get diagnostics v_deleted = row_count;
  return v_deleted;
end
$$;

-- Operations that started p_days ago or earlier, with their attempts; returns how many operations.
create function public.delete_usage(p_days integer, p_limit integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_deleted integer;
begin
  if p_days is null or p_days < 1 then
    raise exception 'delete_usage keeps an operation for a day or more' using errcode = '22023';
  end if;
  with gone as (
    delete from public.usage_operations o
    where o.id in (
      select f.id from public.usage_operations f
      where f.started_at < now() - make_interval(days => p_days)
      order by f.started_at
      limit p_limit
      for update skip locked
    )
    returning o.id
  ),
  attempts as (
    delete from public.usage_attempts a using gone g where a.operation_id = g.id
  )
  select count(*) into v_deleted from gone;
  return v_deleted;
end
$$;

-- For health checks: an answer means that the database is up, the key is good and the migrations are there. Keep it in the
-- newest migration that the code needs.
create function public.ping()
returns boolean
language sql
stable
set search_path = ''
as $$
  select true;
$$;

revoke all on function public.delete_finished_jobs, public.delete_usage, public.ping from public, anon, authenticated;
grant execute on function public.delete_finished_jobs, public.delete_usage, public.ping to service_role;
