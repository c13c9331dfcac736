-- pgq._queue_changed(): trigger on pgq.queue and pgq.queue_setting. Tells all sessions that rows changed, by function or by hand: the C functions keep them in a cache.
-- It fires also for changes made with session_replication_role = replica.
create or replace function pgq._queue_changed()
returns trigger as '$libdir/skytools_pgq', 'pgq_queue_changed' language c;

-- Only where it is missing: dropping a trigger would wait for everybody who has looked at the table.
do $$
declare
    tbl regclass;
begin
    foreach tbl in array array['pgq.queue', 'pgq.queue_setting']::regclass[] loop
        if not exists (select 1 from pg_catalog.pg_trigger where tgrelid = tbl and tgname = 'queue_changed') then
            execute pg_catalog.format('create trigger queue_changed after insert or update or delete or truncate on %s
                for each statement execute function pgq._queue_changed()', tbl);
            execute pg_catalog.format('alter table %s enable always trigger queue_changed', tbl);
        end if;
    end loop;
end;
$$;
