-- pgq_ext.set_batch_done(a_consumer, a_subconsumer, a_batch_id): notes the last batch that is done. True, or false when it was noted already: then
-- roll the work back. A batch id that is not positive is no batch: stores nothing, true.
-- Locks the consumer's row to the end of the transaction: of two processes with the same name and batch the second waits, and gets false
-- (in repeatable read: a serialization failure).
create or replace function pgq_ext.set_batch_done(a_consumer text, a_subconsumer text, a_batch_id bigint)
returns boolean as $$
begin
    if a_batch_id is null or a_batch_id <= 0 then
        return true;
    end if;
    insert into pgq_ext.completed_batch as done (consumer_id, subconsumer_id, last_batch_id)
        values (a_consumer, a_subconsumer, a_batch_id)
        on conflict (consumer_id, subconsumer_id) do update
            set last_batch_id = excluded.last_batch_id
            where done.last_batch_id <> excluded.last_batch_id;
    return found;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;

-- pgq_ext.set_batch_done(a_consumer, a_batch_id): the same for a consumer without subconsumers.
create or replace function pgq_ext.set_batch_done(a_consumer text, a_batch_id bigint)
returns boolean as $$
begin
    return pgq_ext.set_batch_done(a_consumer, '', a_batch_id);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
