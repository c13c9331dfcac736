-- pgq.ticker(i_queue_name, i_tick_id, i_orig_timestamp, i_event_seq): stores a tick that another node made (queues with an external ticker: branches).
-- Returns the tick id. Call it in a transaction after the one that stored the events. Error: queue not found or ticker disabled: <name>.
-- Locks: the queue's ticker lock; refuses isolation levels other than read committed.
create or replace function pgq.ticker(i_queue_name text, i_tick_id bigint, i_orig_timestamp timestamptz, i_event_seq bigint)
returns bigint as $$
declare
    q   record;
begin
    select queue_id, queue_tick_seq, queue_event_seq into q
        from pgq.queue
        where queue_name = i_queue_name and queue_external_ticker and not queue_ticker_paused;
    if not found then
        raise exception 'queue not found or ticker disabled: %', i_queue_name;
    end if;

    perform pgq._lock_ticker(q.queue_id);
    insert into pgq.tick (tick_queue, tick_id, tick_time, tick_event_seq)
        values (q.queue_id, i_tick_id, i_orig_timestamp, i_event_seq);
    perform pgq.seq_setval(q.queue_tick_seq, i_tick_id);
    perform pgq.seq_setval(q.queue_event_seq, i_event_seq);
    return i_tick_id;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;

-- pgq.ticker(i_queue_name): makes a tick if the queue's thresholds say so. Returns its id, or NULL.
--
-- With new events: when there are ticker_max_count of them or the newest tick is older than ticker_max_lag. Without: at distances that double from
-- ticker_max_lag / 2 up to ticker_idle_period.
-- Errors: no such queue; This queue has external tick source.; Ticker has been paused for this queue; Invalid PgQ state: ...
-- Locks: the queue's ticker lock, before anything is read that decides; refuses isolation levels other than read committed.
-- Called by: pgqd, create_queue, ticker().
create or replace function pgq.ticker(i_queue_name text)
returns bigint as $$
declare
    q           record;
    newest      record;
    lag         interval;
    idle_lag    interval;
    event_seq   bigint;
    res         bigint;
begin
    select * into q from pgq.queue where queue_name = i_queue_name;
    if not found then
        raise exception 'no such queue';
    end if;
    if q.queue_external_ticker then
        raise exception 'This queue has external tick source.';
    end if;
    if q.queue_ticker_paused then
        raise exception 'Ticker has been paused for this queue';
    end if;

    perform pgq._lock_ticker(q.queue_id);

    -- In a statement before the one that takes the tick's snapshot: ids that move between the two are left to the next tick.
    event_seq := pgq._event_seq(q.queue_event_seq);
    select t.tick_id, t.tick_time, t.tick_event_seq,
           txid_snapshot_xmin(t.tick_snapshot) as xmin, txid_snapshot_xmax(t.tick_snapshot) as xmax
        into newest
        from pgq.tick t
        where t.tick_queue = q.queue_id
        order by t.tick_queue desc, t.tick_id desc
        limit 1;
    if found then
        perform pgq._check_tick_txids(newest.xmin, newest.xmax);
        -- A tick may have counted a fresh sequence as 1.
        if event_seq < newest.tick_event_seq and newest.tick_event_seq > 1 then
            raise warning 'Negative new_events?  old=% cur=%', newest.tick_event_seq, event_seq;
        end if;
        lag := now() - newest.tick_time;
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
    end if;

    insert into pgq.tick (tick_queue, tick_id, tick_event_seq)
        values (q.queue_id, nextval(q.queue_tick_seq::regclass), event_seq)
        returning tick_id into res;
    perform pgq._wake_ticker();     -- it notifies of ticks that others make
    return res;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;

-- pgq.ticker(): ticker(name) for every queue that is not external and not paused, in name order. Returns how many got a tick.
create or replace function pgq.ticker()
returns bigint as $$
declare
    res     bigint := 0;
    q       record;
begin
    for q in
        select queue_name from pgq.queue
        where not queue_external_ticker and not queue_ticker_paused
        order by queue_name
    loop
        if pgq.ticker(q.queue_name) is not null then
            res := res + 1;
        end if;
    end loop;
    return res;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
