-- pgq_ext.set_event_done(a_consumer, a_subconsumer, a_batch_id, a_event_id): notes an event of a batch as done. True, or false when it was noted
-- already: then roll its work back. With the first event of another batch the old batch's events are forgotten.
-- Locks the consumer's row of partial_batch to the end of the transaction: a second process with the same name waits.
create or replace function pgq_ext.set_event_done(a_consumer text, a_subconsumer text, a_batch_id bigint, a_event_id bigint)
returns boolean as $$
declare
    cur     bigint;
begin
    -- Changes nothing when the row is there, but locks it; of two processes with a new name the second waits here, too.
    insert into pgq_ext.partial_batch as p (consumer_id, subconsumer_id, cur_batch_id)
        values (a_consumer, a_subconsumer, a_batch_id)
        on conflict (consumer_id, subconsumer_id) do update set cur_batch_id = p.cur_batch_id
        where false;
    select cur_batch_id into cur from pgq_ext.partial_batch
        where consumer_id = a_consumer and subconsumer_id = a_subconsumer;

    if pgq_ext.is_event_done(a_consumer, a_subconsumer, a_batch_id, a_event_id) then
        return false;
    end if;
    if cur <> a_batch_id then
        delete from pgq_ext.completed_event
            where consumer_id = a_consumer and subconsumer_id = a_subconsumer and batch_id = cur;
        update pgq_ext.partial_batch set cur_batch_id = a_batch_id
            where consumer_id = a_consumer and subconsumer_id = a_subconsumer;
    end if;
    insert into pgq_ext.completed_event (consumer_id, subconsumer_id, batch_id, event_id)
        values (a_consumer, a_subconsumer, a_batch_id, a_event_id);
    return true;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;

-- pgq_ext.set_event_done(a_consumer, a_batch_id, a_event_id): the same for a consumer without subconsumers.
create or replace function pgq_ext.set_event_done(a_consumer text, a_batch_id bigint, a_event_id bigint)
returns boolean as $$
begin
    return pgq_ext.set_event_done(a_consumer, '', a_batch_id, a_event_id);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
