-- pgq_node.hold_consumer(i_queue_name, i_consumer_name, i_tick_id, i_seconds): asks the consumer to take batches of one tick each, up to i_tick_id, and to stand still
-- behind that; with i_tick_id NULL to take none. It answers by set_consumer_uptodate, once it stands between two batches. Ends by release_consumer, after i_seconds unless
-- it is called again, or when the calling session has gone: whatever becomes of who asks, the consumer goes on.
-- 200 Consumer c is held [at tick n]; 201 Consumer c is still held, when it had been asked for the same; 404 Unknown consumer: c. Called by: compare and repair, in the node's database.
create or replace function pgq_node.hold_consumer(
    in i_queue_name text, in i_consumer_name text, in i_tick_id bigint, in i_seconds float8,
    out ret_code int4, out ret_note text)
returns record as $$
begin
    perform 1 from pgq_node.local_state
        where queue_name = i_queue_name and consumer_name = i_consumer_name
        for update;
    if not found then
        select 404, 'Unknown consumer: ' || i_consumer_name into ret_code, ret_note;
        return;
    end if;
    update pgq_node.consumer_hold
        set until = clock_timestamp() + make_interval(secs => i_seconds)
        where queue_name = i_queue_name and consumer_name = i_consumer_name and pid = pg_backend_pid()
            and tick_id is not distinct from i_tick_id and until >= clock_timestamp();
    if found then
        select 201, 'Consumer ' || i_consumer_name || ' is still held' into ret_code, ret_note;
        return;
    end if;
    delete from pgq_node.consumer_hold h
        where h.until < clock_timestamp() or not exists (select 1 from pg_stat_get_activity(h.pid));
    insert into pgq_node.consumer_hold (queue_name, consumer_name, pid, tick_id, until)
        values (i_queue_name, i_consumer_name, pg_backend_pid(), i_tick_id, clock_timestamp() + make_interval(secs => i_seconds))
        on conflict on constraint consumer_hold_pkey do update set tick_id = excluded.tick_id, until = excluded.until;
    update pgq_node.local_state
        set uptodate = false
        where queue_name = i_queue_name and consumer_name = i_consumer_name;
    perform pgq_node.wake_worker(i_queue_name);
    select 200, 'Consumer ' || i_consumer_name || ' is held' || coalesce(' at tick ' || i_tick_id, '') into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
