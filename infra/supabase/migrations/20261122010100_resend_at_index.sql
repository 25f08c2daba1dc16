-- What waits, and when it is due. Apart from the column: its lock shuts out readers too, and is held until its transaction ends.
create index if not exists jobs_resend_at on public.jobs (resend_at) where status = 'queued' and sent_at is not null;
