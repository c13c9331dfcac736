-- pgq.event_retry_raw(...): puts an event into the retry queue directly. Returns its id (from the queue's sequence when x_ev_id is NULL).
-- Error: consumer not registered.
create or replace function pgq.event_retry_raw(
    x_queue text, x_consumer text, x_retry_after timestamptz, x_ev_id bigint, x_ev_time timestamptz, x_ev_retry integer,
    x_ev_type text, x_ev_data text, x_ev_extra1 text, x_ev_extra2 text, x_ev_extra3 text, x_ev_extra4 text)
returns bigint as $$
declare
    q   record;
    id  bigint := x_ev_id;
begin
    select s.sub_id, queue.queue_event_seq, s.sub_queue into q
        from pgq.consumer c
        join pgq.subscription s on s.sub_consumer = c.co_id
        join pgq.queue on queue.queue_id = s.sub_queue
        where queue.queue_name = x_queue and c.co_name = x_consumer;
    if not found then
        raise exception 'consumer not registered';
    end if;
    if id is null then
        id := nextval(q.queue_event_seq::regclass);
    end if;
    insert into pgq.retry_queue (ev_retry_after, ev_queue, ev_id, ev_time, ev_owner, ev_retry, ev_type, ev_data,
                                 ev_extra1, ev_extra2, ev_extra3, ev_extra4)
        values (x_retry_after, q.sub_queue, id, x_ev_time, q.sub_id, x_ev_retry, x_ev_type, x_ev_data,
                x_ev_extra1, x_ev_extra2, x_ev_extra3, x_ev_extra4);
    perform pgq._wake_ticker();
    return id;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
