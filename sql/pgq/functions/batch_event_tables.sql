-- pgq.batch_event_tables(x_batch_id): the event tables that may hold events of a batch, oldest first. Error: Cannot find data for batch <id>.
--
-- The previous table is always among them unless rotation never happened: a repeatable read writer with a snapshot from before a rotation writes there with
-- a transaction id that is newer than the rotation.
create or replace function pgq.batch_event_tables(x_batch_id bigint)
returns setof text as $$
declare
    q   record;
begin
    select queue.queue_data_pfx, queue.queue_cur_table, queue.queue_ntables, queue.queue_switch_step1, queue.queue_switch_step2,
           txid_snapshot_xmax(cur.tick_snapshot) as tx_max
        into q
        from pgq.subscription s
        join pgq.queue on queue.queue_id = s.sub_queue
        join pgq.tick last on last.tick_queue = s.sub_queue and last.tick_id = s.sub_last_tick
        join pgq.tick cur on cur.tick_queue = s.sub_queue and cur.tick_id = s.sub_next_tick
        where s.sub_batch = x_batch_id;
    if not found then
        raise exception 'Cannot find data for batch %', x_batch_id;
    end if;
    return next q.queue_data_pfx || '_' || ((q.queue_cur_table + q.queue_ntables - 1) % q.queue_ntables)::text;
    if q.tx_max >= q.queue_switch_step1 then
        return next q.queue_data_pfx || '_' || q.queue_cur_table::text;
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
