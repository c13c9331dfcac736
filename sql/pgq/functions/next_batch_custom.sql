-- pgq.next_batch_custom(i_queue_name, i_consumer_name, i_min_lag, i_min_count, i_min_interval): makes the next batch active and describes it; the one that is active
-- already until it is finished (then the limits do not count). All NULL: nothing yet.
-- i_min_lag: only ticks at least that old. i_min_count, i_min_interval: at least so many events, or so much time, in the batch; it may span several ticks.
-- The event sequences are hints: never conclude from them that a batch is empty.
-- Locks the subscription row when there is a newer tick or an active batch. Errors: Not subscriber to queue: <q>/<c>; PgQ corruption: Consumer % on queue % does not see tick %.
create or replace function pgq.next_batch_custom(
    in i_queue_name text, in i_consumer_name text, in i_min_lag interval, in i_min_count integer, in i_min_interval interval,
    out batch_id bigint, out cur_tick_id bigint, out prev_tick_id bigint,
    out cur_tick_time timestamptz, out prev_tick_time timestamptz,
    out cur_tick_event_seq bigint, out prev_tick_event_seq bigint)
as $$
declare
    s       record;
    prev    record;
    cur     record;
begin
    -- An idle consumer asks often and finds nothing. It learns so without the lock, which would be written to the WAL.
    if exists (
        select 1
        from pgq.subscription sub
        join pgq.consumer c on c.co_id = sub.sub_consumer
        join pgq.queue q on q.queue_id = sub.sub_queue
        where q.queue_name = i_queue_name and c.co_name = i_consumer_name and sub.sub_batch is null
            and sub.sub_last_tick = (
                select t.tick_id from pgq.tick t where t.tick_queue = sub.sub_queue order by t.tick_queue desc, t.tick_id desc limit 1)) then
        return;
    end if;

    -- The ticks are read in later statements: a join to them here would be made with the row as it was before we waited for its lock.
    select sub.* into s
        from pgq.subscription sub
        join pgq.consumer c on c.co_id = sub.sub_consumer
        join pgq.queue q on q.queue_id = sub.sub_queue
        where q.queue_name = i_queue_name and c.co_name = i_consumer_name
        for update of sub;
    if not found then
        raise exception 'Not subscriber to queue: %/%', coalesce(i_queue_name, 'NULL'), coalesce(i_consumer_name, 'NULL');
    end if;

    select tick_id, tick_time, tick_event_seq into prev
        from pgq.tick where tick_queue = s.sub_queue and tick_id = s.sub_last_tick;
    if not found then
        raise exception 'PgQ corruption: Consumer % on queue % does not see tick %', i_consumer_name, i_queue_name, s.sub_last_tick;
    end if;

    if s.sub_batch is not null then
        select tick_id, tick_time, tick_event_seq into cur
            from pgq.tick where tick_queue = s.sub_queue and tick_id = s.sub_next_tick;
        batch_id := s.sub_batch;
    else
        if i_min_interval is null and i_min_count is null then
            select tick_id, tick_time, tick_event_seq into cur
                from pgq.tick
                where tick_queue = s.sub_queue and tick_id > s.sub_last_tick
                order by tick_queue asc, tick_id asc
                limit 1;
        else
            select next_tick_id as tick_id, next_tick_time as tick_time, next_tick_seq as tick_event_seq into cur
                from pgq.find_tick_helper(s.sub_queue, prev.tick_id, prev.tick_time, prev.tick_event_seq, i_min_count, i_min_interval);
        end if;
        if cur.tick_id is null or (now() - cur.tick_time < i_min_lag and cur.tick_time - now() < i_min_lag) then     -- the clock may have been put back
            return;
        end if;
        batch_id := nextval('pgq.batch_id_seq');
        update pgq.subscription
            set sub_batch = next_batch_custom.batch_id, sub_next_tick = cur.tick_id, sub_active = now()
            where sub_queue = s.sub_queue and sub_consumer = s.sub_consumer;
    end if;

    cur_tick_id := cur.tick_id;
    prev_tick_id := prev.tick_id;
    cur_tick_time := cur.tick_time;
    prev_tick_time := prev.tick_time;
    cur_tick_event_seq := cur.tick_event_seq;
    prev_tick_event_seq := prev.tick_event_seq;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
