-- pgq_node.get_node_info(i_queue_name): what the local node of a queue is and where it stands.
-- 100 Ok; 404 Unknown queue: q. Columns:
--   local_watermark   what everything attached to the node has passed; on a leaf the worker's position
--   worker_last_tick  the worker's position; on the root the newest tick
--   combined_queue    only when its node exists here; combined_type is that node's type
--   target_for        queues that are merged into this one, sorted; NULL when there are none
-- Locks nothing. Called by: every worker in every loop, status, other nodes.
create or replace function pgq_node.get_node_info(
    in i_queue_name text,
    out ret_code int4, out ret_note text, out node_type text, out node_name text,
    out global_watermark int8, out local_watermark int8,
    out provider_node text, out provider_location text,
    out combined_queue text, out combined_type text,
    out worker_name text, out worker_paused bool, out worker_uptodate bool, out worker_last_tick int8,
    out node_attrs text, out target_for text[])
returns record as $$
declare
    newest_tick     int8;
begin
    select 100, 'Ok', n.node_type, n.node_name,
           s.provider_node, l.node_location,
           c.queue_name, c.node_type,
           n.worker_name, s.paused, s.uptodate, s.last_tick_id, n.node_attrs
        into ret_code, ret_note, node_type, node_name,
             provider_node, provider_location,
             combined_queue, combined_type,
             worker_name, worker_paused, worker_uptodate, worker_last_tick, node_attrs
        from pgq_node.node_info n
        left join pgq_node.node_info c on c.queue_name = n.combined_queue
        left join pgq_node.local_state s on s.queue_name = n.queue_name and s.consumer_name = n.worker_name
        left join pgq_node.node_location l on l.queue_name = s.queue_name and l.node_name = s.provider_node
        where n.queue_name = i_queue_name;
    if not found then
        select 404, 'Unknown queue: ' || coalesce(i_queue_name, 'NULL') into ret_code, ret_note;
        return;
    end if;

    if node_type = 'leaf' then
        local_watermark := worker_last_tick;
        return;
    end if;

    select array_agg(n.queue_name order by n.queue_name) into target_for
        from pgq_node.node_info n
        where n.combined_queue = i_queue_name;
    select t.tick_id into newest_tick
        from pgq.queue q
        join pgq.tick t on t.tick_queue = q.queue_id
        where q.queue_name = i_queue_name
        order by t.tick_queue desc, t.tick_id desc
        limit 1;
    select min(s.sub_last_tick) filter (where c.co_name = '.global_watermark'),
           coalesce(min(s.sub_last_tick) filter (where c.co_name <> '.global_watermark'), newest_tick)
        into global_watermark, local_watermark
        from pgq.queue q
        join pgq.subscription s on s.sub_queue = q.queue_id
        join pgq.consumer c on c.co_id = s.sub_consumer
        where q.queue_name = i_queue_name;
    if node_type = 'root' then
        worker_last_tick := newest_tick;
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
