-- A retry with the Idempotency-Key of a job is told of that job, if its request is the same; another request under the key is told of
-- none. Headers may differ: SDKs count their retries in one. The key is free again when the job has been deleted.
--
-- accept_job stands beside enqueue_job, which the release before this one calls while it is being replaced. The index that makes a key
-- one job's is in the next file.

alter table public.jobs add column if not exists idempotency_key text;

create function public.accept_job(
  p_id uuid,
  p_key_id text,
  p_idempotency_key text,
  p_dialect text,
  p_model text,
  p_request_body text,
  p_request_headers jsonb,
  p_request_query text,
  p_metadata jsonb,
  p_correlation_id text,
  p_traceparent text,
  p_max_attempts integer
) returns table (id uuid, created_at timestamptz, status text, is_new boolean)
language plpgsql
set search_path = ''
as $$
begin
  return query
  insert into public.jobs as j (
    id, key_id, idempotency_key, dialect, model, request_body, request_headers, request_query, metadata, correlation_id,
    traceparent, max_attempts, send_claimed_at
  ) values (
    p_id, p_key_id, p_idempotency_key, p_dialect, p_model, p_request_body, p_request_headers, p_request_query, p_metadata,
    p_correlation_id, p_traceparent, p_max_attempts, clock_timestamp()
  )
  on conflict do nothing
  returning j.id, j.created_at, j.status, true;
  if found then
    return;
  end if;
  return query
    select j.id, j.created_at, j.status, false
    from public.jobs j
    where j.key_id = p_key_id
      and (j.id = p_id or j.idempotency_key = p_idempotency_key)
      and j.dialect = p_dialect
      and j.request_query = p_request_query
      and j.metadata is not distinct from p_metadata
      and j.request_body = p_request_body;
end
$$;

revoke all on function public.accept_job from public, anon, authenticated;
grant execute on function public.accept_job to service_role;
