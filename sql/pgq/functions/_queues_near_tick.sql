-- pgq._queues_near_tick(): the ids of all queues that are neither external nor paused and may be due for a tick, in one query and without a lock; _tick_due
-- decides. Queues whose sequences are not there are among them: it says so. NULL: cannot tell, since somebody has locked a sequence. Called by: _tick_queues.
create or replace function pgq._queues_near_tick()
returns integer[] as $$
begin
    return array(
        select q.queue_id
        from pgq.queue q
        cross join lateral (select pgq._event_seq(q.queue_event_seq) as event_seq, now() as now) cur
        left join lateral (
            select t.tick_id, t.tick_time, t.tick_event_seq
            from pgq.tick t
            where t.tick_queue = q.queue_id
            order by t.tick_queue desc, t.tick_id desc
            limit 1) newest on true
        where not q.queue_external_ticker and not q.queue_ticker_paused
            and (newest.tick_id is null or cur.event_seq is null or to_regclass(pgq.quote_fqname(q.queue_tick_seq)) is null
                 or newest.tick_time > cur.now
                 or case when cur.event_seq > newest.tick_event_seq then
                        cur.event_seq - newest.tick_event_seq >= q.queue_ticker_max_count or newest.tick_time <= cur.now - q.queue_ticker_max_lag
                    else
                        not coalesce(
                            (select cur.now - newest.tick_time < q.queue_ticker_max_lag / 2
                                 or (cur.now - newest.tick_time < 2 * (newest.tick_time - t.tick_time) and cur.now - newest.tick_time < q.queue_ticker_idle_period)
                             from pgq.tick t
                             where t.tick_queue = q.queue_id and t.tick_id < newest.tick_id
                             order by t.tick_queue desc, t.tick_id desc
                             limit 1), false)
                    end));
exception
    when lock_not_available or undefined_table or internal_error then
        return null;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
