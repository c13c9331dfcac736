-- pgq._queue_changed(): trigger on pgq.queue. Tells all sessions that rows changed, by function or by hand: the C functions keep them in a cache.
-- It fires also for changes made with session_replication_role = replica.
create or replace function pgq._queue_changed()
returns trigger as '$libdir/skytools_pgq', 'pgq_queue_changed' language c;

-- Only where it is missing: dropping a trigger would wait for everybody who has looked at the table.
do $$
begin
    if not exists (select 1 from pg_catalog.pg_trigger where tgrelid = 'pgq.queue'::regclass and tgname = 'queue_changed') then
        create trigger queue_changed after insert or update or delete or truncate on pgq.queue
            for each statement execute function pgq._queue_changed();
        alter table pgq.queue enable always trigger queue_changed;
    end if;
end;
$$;
