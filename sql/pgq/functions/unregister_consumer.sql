-- pgq.unregister_consumer(x_queue_name, x_consumer_name): ends a subscription. Returns how many subscription rows went; 0 when it was not registered.
-- A subconsumer goes alone; a main consumer takes its subconsumers and its retry events along. Locks the subscription rows.
create or replace function pgq.unregister_consumer(x_queue_name text, x_consumer_name text)
returns integer as $$
declare
    s       record;
    n_sub   integer;
    n_rows  integer;
    gone    integer[];
begin
    select s1.sub_id, s1.sub_last_tick, s1.sub_next_tick, s1.sub_queue, c.co_id into s
        from pgq.subscription s1
        join pgq.queue q on q.queue_id = s1.sub_queue
        join pgq.consumer c on c.co_id = s1.sub_consumer
        where q.queue_name = x_queue_name and c.co_name = x_consumer_name
        for update of s1, c;
    if not found then
        return 0;
    end if;

    -- A subconsumer's row holds both ticks or none; others share its sub_id.
    select count(*) into n_sub from pgq.subscription where sub_queue = s.sub_queue and sub_id = s.sub_id;
    if n_sub > 1 and (s.sub_last_tick is null) = (s.sub_next_tick is null) then
        gone := array[s.co_id];
    else
        delete from pgq.retry_queue where ev_owner = s.sub_id;
        select array_agg(sub_consumer) into gone from pgq.subscription where sub_queue = s.sub_queue and sub_id = s.sub_id;
    end if;
    delete from pgq.subscription where sub_queue = s.sub_queue and sub_consumer = any (gone);
    get diagnostics n_rows = row_count;

    delete from pgq.consumer c
        where c.co_id = any (gone)
            and not exists (select 1 from pgq.subscription x where x.sub_consumer = c.co_id);
    return n_rows;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
