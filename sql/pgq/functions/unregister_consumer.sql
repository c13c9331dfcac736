-- pgq.unregister_consumer(x_queue_name, x_consumer_name): ends a subscription. Returns how many subscription rows went; 0 when it was not registered.
-- A subconsumer goes alone; a main consumer takes its subconsumers and its retry events along. A consumer without subscriptions is forgotten.
-- Locks: the consumer row first, as register_consumer_at does, then the subscription row, then those of the subconsumers.
create or replace function pgq.unregister_consumer(x_queue_name text, x_consumer_name text)
returns integer as $$
declare
    s       record;
    c_id    integer;
    gone    integer[];
    n_rows  integer;
begin
    select co_id into c_id from pgq.consumer where co_name = x_consumer_name for update;
    select sub.* into s
        from pgq.subscription sub
        join pgq.queue q on q.queue_id = sub.sub_queue
        where q.queue_name = x_queue_name and sub.sub_consumer = c_id
        for update of sub;
    if not found then
        return 0;
    end if;

    if pgq._is_subconsumer(s.sub_queue, c_id) then
        gone := array[c_id];
    else
        select array_agg(sub_consumer) into gone from pgq.subscription where sub_queue = s.sub_queue and sub_id = s.sub_id;
        -- Who unregisters one of the subconsumers at the same time begins with its consumer row, too.
        perform 1 from pgq.consumer where co_id = any (gone) order by co_id for update;
        delete from pgq.retry_queue where ev_owner = s.sub_id;
    end if;
    delete from pgq.subscription where sub_queue = s.sub_queue and sub_consumer = any (gone);
    get diagnostics n_rows = row_count;

    delete from pgq.consumer c
        where c.co_id = any (gone)
            and not exists (select 1 from pgq.subscription other where other.sub_consumer = c.co_id);
    return n_rows;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
