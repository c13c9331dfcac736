-- pgq.get_queue_info(i_queue_name): settings and state of one queue (NULL: all, by name). No row for an unknown one.
-- ev_per_sec is estimated over the newest twenty ticks, ev_new are the events since the newest tick.
create or replace function pgq.get_queue_info(
    in i_queue_name text,
    out queue_name text, out queue_ntables integer, out queue_cur_table integer, out queue_rotation_period interval,
    out queue_switch_time timestamptz, out queue_external_ticker boolean, out queue_ticker_paused boolean,
    out queue_ticker_max_count integer, out queue_ticker_max_lag interval, out queue_ticker_idle_period interval,
    out ticker_lag interval, out ev_per_sec float8, out ev_new bigint, out last_tick_id bigint)
returns setof record as $$
declare
    q       record;
    top     record;
    low     record;
begin
    for q in select * from pgq.queue where i_queue_name is null or pgq.queue.queue_name = i_queue_name order by pgq.queue.queue_name loop
        queue_name := q.queue_name;
        queue_ntables := q.queue_ntables;
        queue_cur_table := q.queue_cur_table;
        queue_rotation_period := q.queue_rotation_period;
        queue_switch_time := q.queue_switch_time;
        queue_external_ticker := q.queue_external_ticker;
        queue_ticker_paused := q.queue_ticker_paused;
        queue_ticker_max_count := q.queue_ticker_max_count;
        queue_ticker_max_lag := q.queue_ticker_max_lag;
        queue_ticker_idle_period := q.queue_ticker_idle_period;

        select t.tick_id, t.tick_time, t.tick_event_seq into top
            from pgq.tick t where t.tick_queue = q.queue_id order by t.tick_queue desc, t.tick_id desc limit 1;
        select t.tick_time, t.tick_event_seq into low
            from pgq.tick t where t.tick_queue = q.queue_id and t.tick_id >= top.tick_id - 20 order by t.tick_queue asc, t.tick_id asc limit 1;
        ticker_lag := now() - top.tick_time;
        ev_per_sec := (top.tick_event_seq - low.tick_event_seq) / nullif(extract(epoch from top.tick_time - low.tick_time), 0)::float8;
        ev_new := pgq._event_seq(q.queue_event_seq) - top.tick_event_seq;
        last_tick_id := top.tick_id;
        return next;
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;

-- pgq.get_queue_info(): all queues.
create or replace function pgq.get_queue_info(
    out queue_name text, out queue_ntables integer, out queue_cur_table integer, out queue_rotation_period interval,
    out queue_switch_time timestamptz, out queue_external_ticker boolean, out queue_ticker_paused boolean,
    out queue_ticker_max_count integer, out queue_ticker_max_lag interval, out queue_ticker_idle_period interval,
    out ticker_lag interval, out ev_per_sec float8, out ev_new bigint, out last_tick_id bigint)
returns setof record as $$
    select * from pgq.get_queue_info(null);
$$ language sql set search_path = pg_catalog, pg_temp;
