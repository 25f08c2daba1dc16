-- A retry after the rotation of its owner's key is a retry: the Idempotency-Key is looked for under all keys of the owner, as jobs are.
-- Two requests under two keys at the very same moment are two jobs still; the index holds within a key.

create function public.admit_job(
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
  p_max_attempts integer,
  p_owned_key_ids text[]
) returns table (id uuid, created_at timestamptz, status text, is_new boolean)
language plpgsql
set search_path = ''
as $$
begin
  if not exists (
    select from public.jobs j
    where j.key_id = any (p_owned_key_ids) and j.key_id <> p_key_id and j.idempotency_key = p_idempotency_key
  ) then
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
  end if;
  return query
    select j.id, j.created_at, j.status, false
    from public.jobs j
    where j.key_id = any (p_owned_key_ids)
      and (j.id = p_id or j.idempotency_key = p_idempotency_key)
      and j.dialect = p_dialect
      and j.request_query = p_request_query
      and j.metadata is not distinct from p_metadata
      and j.request_body = p_request_body
    order by j.key_id = p_key_id desc
    limit 1;
end
$$;

-- For the release before this one.
create or replace function public.accept_job(
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
language sql
set search_path = ''
as $$
  select * from public.admit_job(
    p_id, p_key_id, p_idempotency_key, p_dialect, p_model, p_request_body,
    p_request_headers, p_request_query, p_metadata, p_correlation_id, p_traceparent, p_max_attempts, array[p_key_id]
  );
$$;

-- For health checks, in the place of the one before it.
create function public.schema_20261122040000()
returns boolean
language sql
stable
set search_path = ''
as $$
  select true;
$$;

revoke all on function public.admit_job, public.schema_20261122040000 from public, anon, authenticated;
grant execute on function public.admit_job, public.schema_20261122040000 to service_role;
