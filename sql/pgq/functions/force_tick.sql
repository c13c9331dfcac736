-- pgq.force_tick(i_queue_name): moves the event sequence so far that the running ticker ticks at its next round. Returns the current newest tick id;
-- callers wait until it changes. Burns event ids (max_count * 2 + 1000). NULL for an unknown queue.
create or replace function pgq.force_tick(i_queue_name text)
returns bigint as $$
declare
    q   record;
    t   record;
begin
    -- bump seq and get queue id
    select queue_id, queue_event_seq, queue_ticker_max_count into q
        from pgq.queue
        where queue_name = i_queue_name and not queue_external_ticker and not queue_ticker_paused;
    if found then
        perform setval(q.queue_event_seq::regclass, nextval(q.queue_event_seq::regclass) + q.queue_ticker_max_count * 2 + 1000);
    end if;
    select max(tick.tick_id) as tick_id into t
        from pgq.tick join pgq.queue on queue.queue_id = tick.tick_queue
        where queue.queue_name = i_queue_name;
    return t.tick_id;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
