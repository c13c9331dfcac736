-- pgq.next_batch_custom(i_queue_name, i_consumer_name, i_min_lag, i_min_count, i_min_interval): makes the next batch active and describes it; the one that is active
-- already until it is finished. All NULL: nothing yet. i_min_lag: only ticks at least that old; i_min_count, i_min_interval: may span several ticks.
-- Locks the subscription row. Errors: Not subscriber to queue: <q>/<c>; PgQ corruption: Consumer % on queue % does not see tick %.
create or replace function pgq.next_batch_custom(
    in i_queue_name text, in i_consumer_name text, in i_min_lag interval, in i_min_count integer, in i_min_interval interval,
    out batch_id bigint, out cur_tick_id bigint, out prev_tick_id bigint,
    out cur_tick_time timestamptz, out prev_tick_time timestamptz,
    out cur_tick_event_seq bigint, out prev_tick_event_seq bigint)
as $$
declare
    s   record;
    t   record;
begin
    select s1.sub_queue, s1.sub_consumer, s1.sub_last_tick, s1.sub_batch, s1.sub_next_tick,
           last.tick_id as last_id, last.tick_time as last_time, last.tick_event_seq as last_seq,
           next.tick_id as next_id, next.tick_time as next_time, next.tick_event_seq as next_seq
        into s
        from pgq.consumer c
        join pgq.subscription s1 on s1.sub_consumer = c.co_id
        join pgq.queue q on q.queue_id = s1.sub_queue
        left join pgq.tick last on last.tick_queue = s1.sub_queue and last.tick_id = s1.sub_last_tick
        left join pgq.tick next on next.tick_queue = s1.sub_queue and next.tick_id = s1.sub_next_tick
        where q.queue_name = i_queue_name and c.co_name = i_consumer_name
        for update of s1;
    if not found then
        raise exception 'Not subscriber to queue: %/%', coalesce(i_queue_name, 'NULL'), coalesce(i_consumer_name, 'NULL');
    end if;
    if s.last_id is null then
        raise exception 'PgQ corruption: Consumer % on queue % does not see tick %', i_consumer_name, i_queue_name, s.sub_last_tick;
    end if;

    if s.sub_batch is not null then
        batch_id := s.sub_batch;
        cur_tick_id := s.next_id;
        prev_tick_id := s.last_id;
        cur_tick_time := s.next_time;
        prev_tick_time := s.last_time;
        cur_tick_event_seq := s.next_seq;
        prev_tick_event_seq := s.last_seq;
        return;
    end if;

    if i_min_interval is null and i_min_count is null then
        select tick_id, tick_time, tick_event_seq into t
            from pgq.tick
            where tick_queue = s.sub_queue and tick_id > s.sub_last_tick
            order by tick_queue asc, tick_id asc
            limit 1;
    else
        select h.next_tick_id as tick_id, h.next_tick_time as tick_time, h.next_tick_seq as tick_event_seq into t
            from pgq.find_tick_helper(s.sub_queue, s.last_id, s.last_time, s.last_seq, i_min_count, i_min_interval) h;
    end if;
    if t.tick_id is null or (i_min_lag is not null and now() - t.tick_time < i_min_lag) then
        return;
    end if;

    batch_id := nextval('pgq.batch_id_seq');
    cur_tick_id := t.tick_id;
    prev_tick_id := s.last_id;
    cur_tick_time := t.tick_time;
    prev_tick_time := s.last_time;
    cur_tick_event_seq := t.tick_event_seq;
    prev_tick_event_seq := s.last_seq;
    update pgq.subscription
        set sub_batch = next_batch_custom.batch_id, sub_next_tick = next_batch_custom.cur_tick_id, sub_active = now()
        where sub_queue = s.sub_queue and sub_consumer = s.sub_consumer;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
