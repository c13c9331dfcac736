-- pgq.ticker(i_queue_name, i_tick_id, i_orig_timestamp, i_event_seq): stores a tick that another node made (queues with an external ticker: branches).
-- Returns the tick id. Call it in a transaction after the one that stored the events. Error: queue not found or ticker disabled: <name>.
-- Locks: the queue's ticker lock, for which it waits ten seconds at most; refuses isolation levels other than read committed.
create or replace function pgq.ticker(i_queue_name text, i_tick_id bigint, i_orig_timestamp timestamptz, i_event_seq bigint)
returns bigint as $$
declare
    q   record;
begin
    select queue_id, queue_data_pfx, queue_tick_seq, queue_event_seq into q
        from pgq.queue
        where queue_name = i_queue_name and queue_external_ticker and not queue_ticker_paused;
    if not found then
        raise exception 'queue not found or ticker disabled: %', i_queue_name;
    end if;

    perform pgq._lock_ticker(i_queue_name, q.queue_data_pfx);
    insert into pgq.tick (tick_queue, tick_id, tick_time, tick_event_seq)
        values (q.queue_id, i_tick_id, i_orig_timestamp, i_event_seq);
    perform pgq.seq_setval(q.queue_tick_seq, i_tick_id);
    perform pgq.seq_setval(q.queue_event_seq, i_event_seq);
    return i_tick_id;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '10s';

-- pgq.ticker(i_queue_name): makes a tick if the queue's thresholds say so (see _tick_due). Returns its id, or NULL.
--
-- Errors: no such queue; This queue has external tick source.; Ticker has been paused for this queue; Invalid PgQ state: ...; queue "q" is locked for ticks: ...
-- Locks: the queue's ticker lock, before anything is read that decides, for which it waits ten seconds at most; refuses isolation levels other than
-- read committed. Called by: pgqd, create_queue.
create or replace function pgq.ticker(i_queue_name text)
returns bigint as $$
declare
    q           pgq.queue;
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

    perform pgq._lock_ticker(i_queue_name, q.queue_data_pfx);
    event_seq := pgq._tick_due(q);
    if event_seq is null then
        return null;
    end if;
    select t into res from pgq._insert_ticks(array[q.queue_id], array[event_seq]) t;
    perform pgq._wake_ticker();     -- it notifies of ticks that others make
    return res;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '10s';

-- pgq.ticker(): ticks every queue that is not external and not paused, as _tick_queues does. Returns how many got a tick.
create or replace function pgq.ticker()
returns bigint as $$
    select ticked from pgq._tick_queues(null);
$$ language sql volatile security definer set search_path = pg_catalog, pg_temp;
