-- Who is at work. One row a worker process, renewed while it lives.
create table public.worker_heartbeats (
  worker text primary key,
  version text not null,
  started_at timestamptz not null default now(),
  beat_at timestamptz not null default now()
);

create index worker_heartbeats_beat_at on public.worker_heartbeats (beat_at);

alter table public.worker_heartbeats enable row level security;
revoke all on public.worker_heartbeats from public, anon, authenticated;
grant select, insert, update, delete on public.worker_heartbeats to service_role;

-- Renews the caller's row and clears away those of processes gone for a day.
create function public.beat(p_worker text, p_version text)
returns void
language sql
set search_path = ''
as $$
  delete from public.worker_heartbeats w
  where w.worker in (
    select g.worker from public.worker_heartbeats g where g.beat_at < now() - interval '1 day' for update skip locked
  );
  insert into public.worker_heartbeats (worker, version)
  values (p_worker, p_version)
  on conflict (worker) do update set version = excluded.version, beat_at = clock_timestamp();
$$;

create function public.live_workers(p_within_seconds integer)
returns table (worker text, version text, started_at timestamptz, beat_at timestamptz)
language sql
stable
set search_path = ''
as $$
  select w.worker, w.version, w.started_at, w.beat_at
  from public.worker_heartbeats w
  where w.beat_at >= now() - make_interval(secs => p_within_seconds)
  order by w.worker;
$$;

revoke all on function public.beat, public.live_workers from public, anon, authenticated;
grant execute on function public.beat, public.live_workers to service_role;
