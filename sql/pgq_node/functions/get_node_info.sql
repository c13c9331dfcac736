-- pgq_node.get_node_info(i_queue_name): the local node of a queue. 100 Ok; 404 Unknown queue: q.
-- local_watermark: root and branch: the lowest position of everything attached to the queue (.global_watermark apart), the newest tick if nothing is; leaf: its own position.
-- worker_last_tick: on the root the newest tick. target_for: queues whose leafs merge into this one.
create or replace function pgq_node.get_node_info(
    in i_queue_name text,
    out ret_code int4, out ret_note text, out node_type text, out node_name text,
    out global_watermark bigint, out local_watermark bigint, out provider_node text, out provider_location text,
    out combined_queue text, out combined_type text, out worker_name text, out worker_paused bool, out worker_uptodate bool,
    out worker_last_tick bigint, out node_attrs text, out target_for text[])
returns record as $$
declare
    newest  bigint;
begin
    select 100, 'Ok', n.node_type, n.node_name, s.provider_node, l.node_location, c.queue_name, c.node_type,
           n.worker_name, s.paused, s.uptodate, s.last_tick_id, n.node_attrs
        into ret_code, ret_note, node_type, node_name, provider_node, provider_location, combined_queue, combined_type,
           worker_name, worker_paused, worker_uptodate, worker_last_tick, node_attrs
        from pgq_node.node_info n
        left join pgq_node.node_info c on c.queue_name = n.combined_queue
        left join pgq_node.local_state s on s.queue_name = n.queue_name and s.consumer_name = n.worker_name
        left join pgq_node.node_location l on l.queue_name = s.queue_name and l.node_name = s.provider_node
        where n.queue_name = i_queue_name;
    if not found then
        select 404, 'Unknown queue: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;

    if node_type in ('root', 'branch') then
        select min(case when i.consumer_name = '.global_watermark' then null else i.last_tick end),
               min(case when i.consumer_name = '.global_watermark' then i.last_tick else null end)
            into local_watermark, global_watermark
            from pgq.get_consumer_info(i_queue_name) i;
        select t.tick_id into newest
            from pgq.queue q join pgq.tick t on t.tick_queue = q.queue_id
            where q.queue_name = i_queue_name
            order by t.tick_queue desc, t.tick_id desc
            limit 1;
        if local_watermark is null then
            local_watermark := newest;
        end if;
        if node_type = 'root' then
            worker_last_tick := newest;
        end if;
        select array_agg(n.queue_name order by n.queue_name) into target_for
            from pgq_node.node_info n where n.combined_queue = i_queue_name;
    else
        local_watermark := worker_last_tick;
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
