-- pgq.ticker_demand_state(): for each queue that ticker_on_demand would consider, where its event sequence and its newest tick stand. A queue needs a look when
-- event_seq > tick_event_seq. tick_xmin and tick_xmax are those of ticker_on_demand; tick columns are NULL when there is no tick yet.
-- In PL/pgSQL, which keeps the plan. Read-only, assigns no transaction id, and cheap: pgqd asks it to learn with one call which queues moved.
create or replace function pgq.ticker_demand_state(
    out queue_name text, out queue_id integer, out event_seq bigint, out last_tick_id bigint, out tick_event_seq bigint,
    out tick_xmin bigint, out tick_xmax bigint)
returns setof record as $$
begin
    return query
        select q.queue_name, q.queue_id, pgq._event_seq(q.queue_event_seq),
               t.tick_id, t.tick_event_seq, txid_snapshot_xmin(t.tick_snapshot), pgq._tick_bound(t.tick_snapshot, t.row_xmin)
        from pgq.queue q
        left join lateral (
            select tick.tick_id, tick.tick_event_seq, tick.tick_snapshot, tick.xmin as row_xmin
            from pgq.tick
            where tick.tick_queue = q.queue_id
            order by tick.tick_queue desc, tick.tick_id desc
            limit 1) t on true
        where not q.queue_external_ticker and not q.queue_ticker_paused
            and q.queue_ticker_max_lag <= interval '3 seconds'
        order by q.queue_name;
end;
$$ language plpgsql stable security definer set search_path = pg_catalog, pg_temp;
