-- pgq.find_tick_helper(i_queue_id, i_prev_tick_id, i_prev_tick_time, i_prev_tick_seq, i_min_count, i_min_interval): the tick that ends a batch of at least
-- i_min_count events or i_min_interval (either suffices), NULLs when there is none yet. Takes the newest tick unless that is more than twice what was asked for.
create or replace function pgq.find_tick_helper(
    in i_queue_id integer, in i_prev_tick_id bigint, in i_prev_tick_time timestamptz, in i_prev_tick_seq bigint,
    in i_min_count bigint, in i_min_interval interval,
    out next_tick_id bigint, out next_tick_time timestamptz, out next_tick_seq bigint)
returns record as $$
declare
    t       record;
    cnt     bigint;
    ival    interval;
begin
    select tick_id, tick_time, tick_event_seq into t
        from pgq.tick
        where tick_queue = i_queue_id and tick_id > i_prev_tick_id
        order by tick_queue desc, tick_id desc
        limit 1;
    if not found then
        return;
    end if;
    cnt := t.tick_event_seq - i_prev_tick_seq;
    ival := t.tick_time - i_prev_tick_time;
    -- Ticks that go back in time: the clock was put back, and no interval will tell.
    if not (coalesce(cnt >= i_min_count, false) or coalesce(ival >= i_min_interval or ival < interval '0', false)) then
        return;
    end if;
    if coalesce(cnt > i_min_count * 2, false) or coalesce(ival > i_min_interval * 2, false) then
        select tick_id, tick_time, tick_event_seq into t
            from pgq.tick
            where tick_queue = i_queue_id and tick_id > i_prev_tick_id
                and (tick_event_seq - i_prev_tick_seq >= i_min_count or tick_time - i_prev_tick_time >= i_min_interval)
            order by tick_queue asc, tick_id asc
            limit 1;
    end if;
    next_tick_id := t.tick_id;
    next_tick_time := t.tick_time;
    next_tick_seq := t.tick_event_seq;
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp;
