-- pgq.batch_retry(i_batch_id, i_retry_seconds): puts every event of the batch into the retry queue, those apart that are there. Returns how many.
-- Error: batch_retry: batch % not found.
create or replace function pgq.batch_retry(i_batch_id bigint, i_retry_seconds integer)
returns integer as $$
declare
    s       record;
    n_rows  integer;
begin
    select * into s from pgq.subscription where sub_batch = i_batch_id for key share;     -- before the queue's row, as event_retry
    if not found then
        raise exception 'batch_retry: batch % not found', i_batch_id;
    end if;
    insert into pgq.retry_queue (ev_retry_after, ev_queue, ev_id, ev_time, ev_txid, ev_owner, ev_retry, ev_type, ev_data,
                                 ev_extra1, ev_extra2, ev_extra3, ev_extra4)
        select current_timestamp + i_retry_seconds * interval '1 second', s.sub_queue, ev.ev_id, ev.ev_time, null, s.sub_id,
               coalesce(ev.ev_retry, 0) + 1, ev.ev_type, ev.ev_data, ev.ev_extra1, ev.ev_extra2, ev.ev_extra3, ev.ev_extra4
        from pgq.get_batch_events(i_batch_id) ev
        on conflict on constraint rq_pkey do nothing;
    get diagnostics n_rows = row_count;
    perform pgq._wake_ticker();
    return n_rows;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
