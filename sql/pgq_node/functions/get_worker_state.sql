-- pgq_node.get_worker_state(i_queue_name): everything a worker wants to know of its node at once: get_consumer_state of the node's worker,
-- watermarks, newest tick of the local queue, combined queue.
-- 100 Ok; 404 Unknown queue: q; 404 Unknown consumer: q/c; 404 Unknown provider node: q/n; 404 Combined queue node not found: x.
create or replace function pgq_node.get_worker_state(
    in i_queue_name text,
    out ret_code int4, out ret_note text, out node_type text, out node_name text, out completed_tick bigint,
    out provider_node text, out provider_location text, out paused boolean, out uptodate boolean, out cur_error text,
    out worker_name text, out global_watermark bigint, out local_watermark bigint, out local_queue_top bigint,
    out combined_queue text, out combined_type text)
returns record as $$
begin
    select n.worker_name, n.combined_queue into worker_name, combined_queue
        from pgq_node.node_info n
        where n.queue_name = i_queue_name;
    select c.ret_code, c.ret_note, c.node_type, c.node_name, c.completed_tick,
           c.provider_node, c.provider_location, c.paused, c.uptodate, c.cur_error
        into ret_code, ret_note, node_type, node_name, completed_tick,
             provider_node, provider_location, paused, uptodate, cur_error
        from pgq_node.get_consumer_state(i_queue_name, worker_name) c;
    if ret_code >= 300 then
        return;
    end if;

    if combined_queue is not null then
        select n.node_type into combined_type
            from pgq_node.node_info n
            where n.queue_name = get_worker_state.combined_queue;
        if not found then
            select 404, 'Combined queue node not found: ' || combined_queue into ret_code, ret_note;
            return;
        end if;
    end if;

    select i.global_watermark, i.local_watermark into global_watermark, local_watermark
        from pgq_node.get_node_info(i_queue_name) i;
    if node_type <> 'leaf' then
        select t.tick_id into local_queue_top
            from pgq.queue q
            join pgq.tick t on t.tick_queue = q.queue_id
            where q.queue_name = i_queue_name
            order by t.tick_queue desc, t.tick_id desc
            limit 1;
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
