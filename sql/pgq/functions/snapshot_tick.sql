-- pgq.snapshot_tick(i_queue_name): makes a tick whose snapshot is that of the calling transaction, so that what the transaction reads of any table is what a consumer
-- has applied that stands behind the tick. Call it first in a repeatable read transaction (an export of its snapshot may come before), and commit soon: the tick shows with the commit,
-- and until then nobody else can tick the queue. To go on reading, let other sessions import the snapshot first.
--
-- Returns the tick id. NULL: somebody has ticked since the snapshot was taken, or is just ticking, or a tick was begun and rolled back; try again in another
-- transaction. After a tick of the latter kind that helps once an ordinary tick was made: see force_tick.
-- Errors: no such queue; This queue has external tick source.; Ticker has been paused for this queue; wrong isolation level; something was written before.
-- Locks: the queue's ticker lock (see _lock_ticker), without waiting. Called by: londiste compare and repair, at the provider.
--
-- The tick counts the events that the tick before has counted: what the sequence says now may include events that the snapshot does not show.
create or replace function pgq.snapshot_tick(i_queue_name text)
returns bigint as $$
declare
    q       record;
    newest  record;
    res     bigint;
begin
    if current_setting('transaction_isolation') <> 'repeatable read' then
        raise exception 'cannot make a tick of the snapshot of a % transaction', current_setting('transaction_isolation')
            using errcode = 'object_not_in_prerequisite_state', hint = 'Call snapshot_tick in a repeatable read transaction.';
    end if;
    if txid_current_if_assigned() is not null then
        raise exception 'snapshot_tick comes too late: the transaction has written something'
            using errcode = 'object_not_in_prerequisite_state', hint = 'Call it before anything else in its transaction.';
    end if;
    select queue_id, queue_data_pfx, queue_tick_seq, queue_external_ticker, queue_ticker_paused into q
        from pgq.queue
        where queue_name = i_queue_name;
    if not found then
        raise exception 'no such queue';
    end if;
    if q.queue_external_ticker then
        raise exception 'This queue has external tick source.';
    end if;
    if q.queue_ticker_paused then
        raise exception 'Ticker has been paused for this queue';
    end if;

    begin
        execute format('lock table only %s in share update exclusive mode nowait', pgq.quote_fqname(q.queue_data_pfx));
    exception
        when lock_not_available then
            return null;
        when undefined_table then
            raise exception 'no such queue';    -- dropped meanwhile
    end;
    -- The snapshot is older than the lock. A sequence knows no snapshots: it tells of ticks that this one does not show.
    select t.tick_id, t.tick_time, t.tick_event_seq,
           txid_snapshot_xmin(t.tick_snapshot) as snapshot_xmin, txid_snapshot_xmax(t.tick_snapshot) as snapshot_xmax
        into newest
        from pgq.tick t
        where t.tick_queue = q.queue_id
        order by t.tick_queue desc, t.tick_id desc
        limit 1;
    if newest.tick_id is distinct from pgq.seq_getval(q.queue_tick_seq) then
        return null;
    end if;
    perform pgq._check_tick_txids(newest.snapshot_xmin, newest.snapshot_xmax);
    insert into pgq.tick (tick_queue, tick_id, tick_time, tick_event_seq)
        values (q.queue_id, nextval(q.queue_tick_seq::regclass), greatest(now(), newest.tick_time), newest.tick_event_seq)
        returning tick_id into res;
    perform pgq._wake_ticker();     -- it notifies of ticks that others make
    return res;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
