-- pgq._insert_ticks(i_queue_ids, i_event_seqs): stores a tick for each of the queues, which are locked, with the event sequence's position as it was read
-- before. Returns their tick ids, in no order. Called by: the tickers.
--
-- The id of the (sub)transaction that stores a tick must be above those of all writers whose events are counted, which got theirs before they moved the
-- sequence: _tick_bound counts on it. So where this transaction has an id already, the ticks get one of a subtransaction.
create or replace function pgq._insert_ticks(i_queue_ids integer[], i_event_seqs bigint[])
returns setof bigint as $$
begin
    if pg_catalog.txid_current_if_assigned() is not null then
        begin
            return query
                insert into pgq.tick (tick_queue, tick_id, tick_event_seq)
                    select q.queue_id, pg_catalog.nextval(q.queue_tick_seq::regclass), n.event_seq
                    from rows from (pg_catalog.unnest(i_queue_ids), pg_catalog.unnest(i_event_seqs)) n (queue_id, event_seq)
                    join pgq.queue q on q.queue_id = n.queue_id
                    returning tick_id;
        exception
            when transaction_rollback then
                raise;  -- a block without a handler is no subtransaction
        end;
        return;
    end if;
    return query
        insert into pgq.tick (tick_queue, tick_id, tick_event_seq)
            select q.queue_id, pg_catalog.nextval(q.queue_tick_seq::regclass), n.event_seq
            from rows from (pg_catalog.unnest(i_queue_ids), pg_catalog.unnest(i_event_seqs)) n (queue_id, event_seq)
            join pgq.queue q on q.queue_id = n.queue_id
            returning tick_id;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
