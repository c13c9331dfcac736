-- pgq.ticker_demand_state(i_queue_ids): for each of these queues (NULL: all) that ticker_on_demand would consider, where its event sequence and its newest tick
-- stand. A queue needs a look when event_seq > tick_event_seq. tick_xmin and tick_xmax are those of ticker_on_demand; tick columns are NULL when there is no
-- tick yet.
-- Left out: queues whose sequence is not there, or locked for longer than a hundredth of a second (by drop_queue, in an open transaction).
-- In PL/pgSQL, which keeps the plan. Read-only, assigns no transaction id, and costs by the queues asked for. Called by: pgqd, to learn with one call which
-- queues moved.
create or replace function pgq.ticker_demand_state(
    in i_queue_ids integer[],
    out queue_name text, out queue_id integer, out event_seq bigint, out last_tick_id bigint, out tick_event_seq bigint,
    out tick_xmin bigint, out tick_xmax bigint)
returns setof record as $$
declare
    wanted  integer[] := coalesce(i_queue_ids, array(select a.queue_id from pgq.queue a));
    ids     integer[];
    seqs    bigint[];
    q       record;
begin
    begin
        select array_agg(d.queue_id), array_agg(pgq._event_seq(d.queue_event_seq)) into ids, seqs
            from unnest(wanted) w (queue_id)
            join pgq.queue d on d.queue_id = w.queue_id
            where not d.queue_external_ticker and not d.queue_ticker_paused
                and d.queue_ticker_max_lag <= interval '3 seconds';
    exception
        when lock_not_available or undefined_table or internal_error then
            -- One is locked, or was dropped at this moment.
            for q in
                select d.queue_id, d.queue_event_seq
                from unnest(wanted) w (queue_id)
                join pgq.queue d on d.queue_id = w.queue_id
                where not d.queue_external_ticker and not d.queue_ticker_paused
                    and d.queue_ticker_max_lag <= interval '3 seconds'
            loop
                begin
                    seqs := seqs || pgq._event_seq(q.queue_event_seq);
                    ids := ids || q.queue_id;
                exception
                    when lock_not_available or undefined_table or internal_error then
                        null;
                end;
            end loop;
    end;
    return query
        select d.queue_name, d.queue_id, n.event_seq,
               t.tick_id, t.tick_event_seq, txid_snapshot_xmin(t.tick_snapshot), pgq._tick_bound(t.tick_snapshot, t.row_xmin)
        from rows from (unnest(ids), unnest(seqs)) n (queue_id, event_seq)
        join pgq.queue d on d.queue_id = n.queue_id
        left join lateral (
            select tick.tick_id, tick.tick_event_seq, tick.tick_snapshot, tick.xmin as row_xmin
            from pgq.tick
            where tick.tick_queue = d.queue_id
            order by tick.tick_queue desc, tick.tick_id desc
            limit 1) t on true
        where n.event_seq is not null
        order by d.queue_name;
end;
$$ language plpgsql stable security definer set search_path = pg_catalog, pg_temp set lock_timeout = '10ms';

-- pgq.ticker_demand_state(): of all queues.
create or replace function pgq.ticker_demand_state(
    out queue_name text, out queue_id integer, out event_seq bigint, out last_tick_id bigint, out tick_event_seq bigint,
    out tick_xmin bigint, out tick_xmax bigint)
returns setof record as $$
    select * from pgq.ticker_demand_state(null);
$$ language sql stable security definer set search_path = pg_catalog, pg_temp;
