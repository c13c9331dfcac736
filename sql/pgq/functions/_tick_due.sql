-- pgq._tick_due(q): the position of the event sequence that a tick for this queue would count now, or NULL when its thresholds ask for none yet. q: its row
-- in pgq.queue. Called by: ticker(queue), _tick_queues.
--
-- With new events a tick is due when there are ticker_max_count of them or the newest tick is older than ticker_max_lag. Without: at distances that double from
-- ticker_max_lag / 2 up to ticker_idle_period. A newest tick from the future is due: the clock was put back, and must not stop ticks until it has caught up.
-- Errors: sequence % of queue "q" does not exist; Invalid PgQ state: ...  REQUIRES: the queue's ticker lock.
create or replace function pgq._tick_due(q pgq.queue)
returns bigint as $$
declare
    newest      record;
    lag         interval;
    idle_lag    interval;
    event_seq   bigint;
begin
    -- In a statement before the one that takes the tick's snapshot: ids that move between the two are left to the next tick.
    event_seq := pgq._event_seq(q.queue_event_seq);
    if event_seq is null or pg_catalog.to_regclass(pgq.quote_fqname(q.queue_tick_seq)) is null then
        raise exception 'sequence % of queue "%" does not exist', case when event_seq is null then q.queue_event_seq else q.queue_tick_seq end, q.queue_name
            using errcode = 'undefined_table', hint = 'The queue cannot be used any more. Drop it with pgq.drop_queue.';
    end if;
    select t.tick_id, t.tick_time, t.tick_event_seq,
           pg_catalog.txid_snapshot_xmin(t.tick_snapshot) as xmin, pg_catalog.txid_snapshot_xmax(t.tick_snapshot) as xmax
        into newest
        from pgq.tick t
        where t.tick_queue = q.queue_id
        order by t.tick_queue desc, t.tick_id desc
        limit 1;
    if not found then
        return event_seq;
    end if;

    perform pgq._check_tick_txids(newest.xmin, newest.xmax);
    -- A tick may have counted a fresh sequence as 1.
    if event_seq < newest.tick_event_seq and newest.tick_event_seq > 1 then
        raise warning 'Negative new_events?  old=% cur=%', newest.tick_event_seq, event_seq;
    end if;
    lag := pg_catalog.now() - newest.tick_time;
    if lag < interval '0' then
        return event_seq;
    end if;
    if event_seq > newest.tick_event_seq then
        if event_seq - newest.tick_event_seq < q.queue_ticker_max_count and lag < q.queue_ticker_max_lag then
            return null;
        end if;
    else
        select newest.tick_time - t.tick_time into idle_lag
            from pgq.tick t
            where t.tick_queue = q.queue_id and t.tick_id < newest.tick_id
            order by t.tick_queue desc, t.tick_id desc
            limit 1;
        if found and (lag < q.queue_ticker_max_lag / 2 or (lag < idle_lag * 2 and lag < q.queue_ticker_idle_period)) then
            return null;
        end if;
    end if;
    return event_seq;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
