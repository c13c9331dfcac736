-- pgq.ticker_on_demand(i_queue_name, i_wait_txid): makes a tick at once when there is something new to deliver, whatever the queue's thresholds.
--
-- Something is new when the event sequence moved since the newest tick (seq_moved), or when a transaction below i_wait_txid that was running at the
-- newest tick has ended since: its events have ids that an earlier tick has counted already. The caller (pgqd) keeps i_wait_txid = tick_xmax of a tick
-- with seq_moved until a tick comes whose tick_xmin has reached it.
--
-- No tick, tick_id NULL: nothing new; queue unknown, external or paused; ticker_max_lag above 3 seconds (its owner chose slow ticks); or braked, that is a subscription
-- that was active in the last minute has not finished the newest tick (watermark consumers apart): consumers that take one tick per batch would fall behind for ever.
-- tick_xmin, tick_xmax: of the newest tick afterwards. Locks: the queue's ticker lock.
create or replace function pgq.ticker_on_demand(
    in i_queue_name text, in i_wait_txid bigint,
    out queue_id integer, out tick_id bigint, out tick_xmin bigint, out tick_xmax bigint, out seq_moved boolean, out braked boolean)
as $$
declare
    q           record;
    last        record;
    event_seq   bigint;
begin
    seq_moved := false;
    braked := false;
    select * into q from pgq.queue
        where queue_name = i_queue_name and not queue_external_ticker and not queue_ticker_paused
            and queue_ticker_max_lag <= interval '3 seconds';
    if not found then
        return;
    end if;
    queue_id := q.queue_id;

    perform pgq._lock_ticker(q.queue_id);

    event_seq := pgq._event_seq(q.queue_event_seq);
    select t.tick_id, t.tick_event_seq, t.tick_snapshot,
           txid_snapshot_xmin(t.tick_snapshot) as xmin, txid_snapshot_xmax(t.tick_snapshot) as xmax
        into last
        from pgq.tick t
        where t.tick_queue = q.queue_id
        order by t.tick_queue desc, t.tick_id desc
        limit 1;
    if not found then
        return;     -- the ordinary ticker makes the first one
    end if;
    tick_xmin := last.xmin;
    tick_xmax := last.xmax;
    seq_moved := event_seq > last.tick_event_seq;
    if not seq_moved then
        if i_wait_txid is null or last.xmin >= i_wait_txid then
            return;
        end if;
        perform 1 from txid_snapshot_xip(last.tick_snapshot) x (txid)
            where x.txid < i_wait_txid and txid_visible_in_snapshot(x.txid, txid_current_snapshot())
            limit 1;
        if not found then
            return;
        end if;
    end if;

    perform 1
        from pgq.subscription s
        join pgq.consumer c on c.co_id = s.sub_consumer
        where s.sub_queue = q.queue_id
            and s.sub_active > now() - interval '1 minute'
            and s.sub_last_tick is not null
            and (s.sub_last_tick < last.tick_id or s.sub_batch is not null)
            and c.co_name <> '.global_watermark' and c.co_name not like '.%.watermark'
        limit 1;
    if found then
        braked := true;
        return;
    end if;

    perform pgq._check_tick_txids(last.xmin, last.xmax);
    insert into pgq.tick (tick_queue, tick_id, tick_event_seq)
    values (q.queue_id, nextval(q.queue_tick_seq::regclass), event_seq)
    returning pgq.tick.tick_id, txid_snapshot_xmin(tick_snapshot), txid_snapshot_xmax(tick_snapshot)
    into tick_id, tick_xmin, tick_xmax;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
