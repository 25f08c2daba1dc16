-- Jobs that clients hand in with an Idempotency-Key have an id that follows from it. A retry is told of the job that is there; another
-- request under the same key is told of none. Headers may differ: SDKs count their retries in one.
--
-- Beside enqueue_job, which the release before this one calls while it is being replaced.

create function public.accept_job(
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
) returns table (created_at timestamptz, status text)
language plpgsql
set search_path = ''
as $$
begin
  perform public.enqueue_job(
    p_id, p_key_id, p_dialect, p_model, p_request_body, p_request_headers, p_request_query, p_metadata, p_correlation_id,
    p_traceparent, p_max_attempts
  );
  return query
    select j.created_at, j.status
    from public.jobs j
    where j.id = p_id
      and j.key_id = p_key_id
      and j.dialect = p_dialect
      and j.request_query = p_request_query
      and j.metadata is not distinct from p_metadata
      and j.request_body = p_request_body;
end
$$;

revoke all on function public.accept_job from public, anon, authenticated;
grant execute on function public.accept_job to service_role;
