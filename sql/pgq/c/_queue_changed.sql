-- pgq._queue_changed(): trigger on pgq.queue. Tells all sessions that rows changed, by function or by hand: the C functions keep them in a cache.
create or replace function pgq._queue_changed()
returns trigger as '$libdir/skytools_pgq', 'pgq_queue_changed' language c;

drop trigger if exists queue_changed on pgq.queue;
create trigger queue_changed after insert or update or delete or truncate on pgq.queue
    for each statement execute function pgq._queue_changed();
-- Also for changes made with session_replication_role = replica.
alter table pgq.queue enable always trigger queue_changed;
