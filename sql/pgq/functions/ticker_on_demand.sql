-- pgq.ticker_on_demand(i_queue_name, i_wait_txid): makes a tick at once when there is something new to deliver, whatever the queue's thresholds. Returns one row.
--
-- Something is new when the event sequence moved since the newest tick (seq_moved), or when a transaction below i_wait_txid that the newest tick's snapshot
-- counts as running has ended since: its events have ids that an earlier tick has counted already. The caller (pgqd) keeps the tick_xmax of a tick
-- with seq_moved as i_wait_txid, until a tick comes whose tick_xmin has reached it.
--
-- queue_id   NULL: the queue is unknown, external, paused, or has ticker_max_lag above 3 seconds (its owner chose slow ticks). No error, no tick.
-- tick_id    the new tick; NULL: none was made
-- tick_xmin  xmin of the newest tick's snapshot
-- tick_xmax  no less than xmax of the newest tick's snapshot, and above the ids of all transactions whose events that tick has counted
-- seq_moved  the event sequence had moved since the tick before
-- braked     there is something new, but a subscription that was active in the last minute has not finished the newest tick (watermark consumers and
--            idle subconsumers apart): consumers that take one tick per batch would fall behind for ever. NULL, with a queue_id: another
--            session has locked the queue (see _ticker_lock_holder), and nothing was looked at
-- Errors: Invalid PgQ state: ...; SQLSTATE 55P03 when another lock than that cannot be had within a tenth of a second
-- Locks: the queue's ticker lock, without waiting; refuses isolation levels other than read committed.
create or replace function pgq.ticker_on_demand(
    in i_queue_name text, in i_wait_txid bigint,
    out queue_id integer, out tick_id bigint, out tick_xmin bigint, out tick_xmax bigint, out seq_moved boolean, out braked boolean)
as $$
declare
    q           record;
    newest      record;
    event_seq   bigint;
    cur         txid_snapshot;
    cur_end     bigint;
begin
    select * into q from pgq.queue
        where queue_name = i_queue_name and not queue_external_ticker and not queue_ticker_paused
            and queue_ticker_max_lag <= interval '3 seconds';
    if not found then
        return;
    end if;
    queue_id := q.queue_id;

    if not pgq._try_lock_ticker(q.queue_data_pfx) then
        return;
    end if;
    braked := false;

    event_seq := pgq._event_seq(q.queue_event_seq);
    if event_seq is null then
        return;     -- the ordinary ticker says what is wrong
    end if;
    select t.tick_id, t.tick_event_seq, t.tick_snapshot, pgq._tick_bound(t.tick_snapshot, t.xmin) as bound,
           txid_snapshot_xmin(t.tick_snapshot) as snapshot_xmin, txid_snapshot_xmax(t.tick_snapshot) as snapshot_xmax
        into newest
        from pgq.tick t
        where t.tick_queue = q.queue_id
        order by t.tick_queue desc, t.tick_id desc
        limit 1;
    if not found then
        return;     -- the first tick is the ordinary ticker's
    end if;
    perform pgq._check_tick_txids(newest.snapshot_xmin, newest.snapshot_xmax);
    tick_xmin := newest.snapshot_xmin;
    tick_xmax := newest.bound;
    seq_moved := event_seq > newest.tick_event_seq;

    if not seq_moved then
        if i_wait_txid is null or newest.snapshot_xmin >= i_wait_txid then
            return;
        end if;
        -- Ended since then: one that the newest tick's snapshot lists as running, or one from its xmax on (those are running by definition). Of
        -- the latter some have ended unless the current snapshot lists them all.
        cur := txid_current_snapshot();
        cur_end := least(i_wait_txid, txid_snapshot_xmax(cur));
        if not exists (select 1 from txid_snapshot_xip(newest.tick_snapshot) old (txid)
                       where old.txid < i_wait_txid and txid_visible_in_snapshot(old.txid, cur))
            and (cur_end <= newest.snapshot_xmax
                 or cur_end - newest.snapshot_xmax = (select count(*) from txid_snapshot_xip(cur) running (txid)
                                                      where running.txid >= newest.snapshot_xmax and running.txid < cur_end))
        then
            return;
        end if;
    end if;

    braked := pgq._is_braked(q.queue_id, newest.tick_id);
    if braked then
        return;
    end if;

    select t into tick_id from pgq._insert_ticks(array[q.queue_id], array[event_seq]) t;
    -- Its row's xmin is a newer id than any in its snapshot; see _tick_bound.
    select txid_snapshot_xmin(t.tick_snapshot),
           txid_snapshot_xmax(t.tick_snapshot) + ((t.xmin::text::bigint - txid_snapshot_xmax(t.tick_snapshot)) & 4294967295)
        into tick_xmin, tick_xmax
        from pgq.tick t
        where t.tick_queue = q.queue_id and t.tick_id = ticker_on_demand.tick_id;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '100ms';
