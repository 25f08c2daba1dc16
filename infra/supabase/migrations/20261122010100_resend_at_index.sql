-- What waits, and when it is due. Apart from the column: its lock shuts out readers too, and is held until its transaction ends.
create index if not exists jobs_resend_at on public.jobs (resend_at) where status = 'queued' and sent_at is not null;

-- For health checks: it is there when this migration and all before it are. A release asks for the newest one that it knows, by name;
-- ping, which the release before asks for, has been there all along and tells nothing of them.
create function public.schema_20261122010100()
returns boolean
language sql
stable
set search_path = ''
as $$
  select true;
$$;

revoke all on function public.schema_20261122010100 from public, anon, authenticated;
grant execute on function public.schema_20261122010100 to service_role;
