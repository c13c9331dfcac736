-- pgq.force_tick(i_queue_name): makes the running ticker tick at its next round, by moving the event sequence beyond the queue's max_count
-- (burns max_count * 2 + 1000 event ids). It does not tick itself.
-- Returns the newest tick's id as it is now; callers wait until a later call or query shows another. NULL for an unknown queue.
-- The sequence stays where it is when the queue is external or paused. Called by: admin commands, consumers in a hurry.
create or replace function pgq.force_tick(i_queue_name text)
returns bigint as $$
declare
    q   record;
    seq regclass;
begin
    select * into q from pgq.queue where queue_name = i_queue_name;
    if not found then
        return null;
    end if;
    if not q.queue_external_ticker and not q.queue_ticker_paused then
        seq := q.queue_event_seq::regclass;
        perform pgq._wake_ticker();
        perform setval(seq, nextval(seq) + 2 * q.queue_ticker_max_count + 1000);
    end if;
    return (select max(t.tick_id) from pgq.tick t where t.tick_queue = q.queue_id);
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
