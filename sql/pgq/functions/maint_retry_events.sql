-- pgq.maint_retry_events(): moves at most ten due events of the retry queue back into their queues, with their ids, owners and retry counts. Returns how
-- many; call again until 0. They get this transaction's id and so come with a later batch, of their owner only.
--
-- queue_disable_insert and queue_per_tx_limit do not hold here: the events have been in the queue before (on a branch too), and one queue must not
-- keep all others' events back. The event sequence moves for each, which the ticker notices.
-- Locks pgq.retry_queue in SHARE UPDATE EXCLUSIVE mode: one mover at a time. Called by: pgqd.
create or replace function pgq.maint_retry_events()
returns integer as $$
declare
    moved   integer := 0;
    txid    bigint := txid_current();
    ev      record;
begin
    lock table pgq.retry_queue in share update exclusive mode;
    for ev in
        select q.queue_data_pfx || '_' || q.queue_cur_table as event_table, q.queue_event_seq, r.*
        from pgq.retry_queue r
        join pgq.queue q on q.queue_id = r.ev_queue
        where r.ev_retry_after <= current_timestamp
        order by r.ev_retry_after
        limit 10
    loop
        perform nextval(ev.queue_event_seq::regclass);
        execute format('insert into %s (ev_id, ev_time, ev_txid, ev_owner, ev_retry, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4)'
                       ' values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)', pgq.quote_fqname(ev.event_table))
            using ev.ev_id, ev.ev_time, txid, ev.ev_owner, ev.ev_retry, ev.ev_type, ev.ev_data,
                  ev.ev_extra1, ev.ev_extra2, ev.ev_extra3, ev.ev_extra4;
        delete from pgq.retry_queue where ev_owner = ev.ev_owner and ev_id = ev.ev_id;
        moved := moved + 1;
    end loop;
    if moved > 0 then
        perform pgq._wake_ticker();
    end if;
    return moved;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
