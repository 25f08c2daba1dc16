-- Apart from the column: its lock shuts out readers too, and is held until its transaction ends.
create unique index if not exists jobs_idempotency_key on public.jobs (key_id, idempotency_key) where idempotency_key is not null;
