-- pgq._tick_moved(i_queue_ids): does for many queues at once, in one transaction, what ticker_on_demand does for one without i_wait_txid: makes a tick for
-- each whose event sequence moved since its newest tick. A row for each queue that has moved; columns as there. For the others, and those that ticker_on_demand
-- leaves alone, none.
--
-- Errors: SQLSTATE 55P03 when somebody has locked one of them, others when one is in a bad state: then each is to be asked for by ticker_on_demand.
-- Locks: the queues' ticker locks, without waiting; refuses isolation levels other than read committed. Called by: pgqd.
create or replace function pgq._tick_moved(
    in i_queue_ids integer[],
    out queue_id integer, out tick_id bigint, out tick_xmin bigint, out tick_xmax bigint, out braked boolean)
returns setof record as $$
declare
    parents     text;
    ids         integer[];
    seqs        bigint[];
    slow        integer[];
begin
    perform pgq._check_tick_isolation();
    -- In one order, whoever locks many.
    select string_agg(pgq.quote_fqname(q.queue_data_pfx), ', only ' order by q.queue_name), array_agg(q.queue_id order by q.queue_name) into parents, ids
        from unnest(i_queue_ids) w (queue_id)
        join pgq.queue q on q.queue_id = w.queue_id
        where not q.queue_external_ticker and not q.queue_ticker_paused and q.queue_ticker_max_lag <= interval '3 seconds';
    if ids is null then
        return;
    end if;
    execute format('lock table only %s in share update exclusive mode nowait', parents);

    -- All positions are read before the first tick is stored, for the transaction ids: see _insert_ticks.
    select array_agg(q.queue_id), array_agg(pgq._event_seq(q.queue_event_seq)) into ids, seqs
        from unnest(ids) w (queue_id)
        join pgq.queue q on q.queue_id = w.queue_id;
    select array_agg(m.queue_id), array_agg(m.event_seq), array_agg(m.queue_id) filter (where m.slow) into ids, seqs, slow
        from (
            select n.queue_id, n.event_seq,
                   pgq._check_tick_txids(txid_snapshot_xmin(newest.tick_snapshot), txid_snapshot_xmax(newest.tick_snapshot)) as checked,
                   pgq._is_braked(n.queue_id, newest.tick_id) as slow
            from rows from (unnest(ids), unnest(seqs)) n (queue_id, event_seq)
            cross join lateral (
                select t.tick_id, t.tick_event_seq, t.tick_snapshot
                from pgq.tick t
                where t.tick_queue = n.queue_id
                order by t.tick_queue desc, t.tick_id desc
                limit 1) newest
            where n.event_seq > newest.tick_event_seq) m;
    braked := true;
    foreach queue_id in array coalesce(slow, '{}') loop
        return next;
    end loop;
    select array_agg(n.queue_id), array_agg(n.event_seq) into ids, seqs
        from rows from (unnest(ids), unnest(seqs)) n (queue_id, event_seq)
        where n.queue_id <> all (coalesce(slow, '{}'));
    if ids is null then
        return;
    end if;

    perform pgq._insert_ticks(ids, seqs);
    -- As at the end of ticker_on_demand.
    return query
        select n.queue_id, t.tick_id, txid_snapshot_xmin(t.tick_snapshot),
               txid_snapshot_xmax(t.tick_snapshot) + ((t.row_xmin::text::bigint - txid_snapshot_xmax(t.tick_snapshot)) & 4294967295), false
        from unnest(ids) n (queue_id)
        cross join lateral (
            select tick.tick_id, tick.tick_snapshot, tick.xmin as row_xmin
            from pgq.tick
            where tick.tick_queue = n.queue_id
            order by tick.tick_queue desc, tick.tick_id desc
            limit 1) t;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '100ms';
