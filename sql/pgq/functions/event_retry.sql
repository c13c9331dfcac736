-- pgq.event_retry(x_batch_id, x_event_id, x_retry_time): puts an event of the active batch into the retry queue, private to the subscription.
-- Returns 1, or 0 when it is there already. Error: event not found.
create or replace function pgq.event_retry(x_batch_id bigint, x_event_id bigint, x_retry_time timestamptz)
returns integer as $$
begin
    -- Before the queue's row, to which the retry event refers: the order in which a queue is dropped.
    perform 1 from pgq.subscription where sub_batch = x_batch_id for key share;
    insert into pgq.retry_queue (ev_retry_after, ev_queue, ev_id, ev_time, ev_txid, ev_owner, ev_retry, ev_type, ev_data,
                                 ev_extra1, ev_extra2, ev_extra3, ev_extra4)
        select x_retry_time, s.sub_queue, ev.ev_id, ev.ev_time, null, s.sub_id, coalesce(ev.ev_retry, 0) + 1, ev.ev_type, ev.ev_data,
               ev.ev_extra1, ev.ev_extra2, ev.ev_extra3, ev.ev_extra4
        from pgq.subscription s
        cross join lateral pgq.get_batch_events(s.sub_batch) ev
        where s.sub_batch = x_batch_id and ev.ev_id = x_event_id;
    if not found then
        raise exception 'event not found';
    end if;
    perform pgq._wake_ticker();     -- pgqd learns when it is due
    return 1;
exception
    when unique_violation then
        return 0;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;

-- pgq.event_retry(x_batch_id, x_event_id, x_retry_seconds): the same, so many seconds from now.
create or replace function pgq.event_retry(x_batch_id bigint, x_event_id bigint, x_retry_seconds integer)
returns integer as $$
begin
    return pgq.event_retry(x_batch_id, x_event_id, current_timestamp + x_retry_seconds * interval '1 second');
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
