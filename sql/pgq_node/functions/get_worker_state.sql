-- pgq_node.get_worker_state(i_queue_name): the state of the node's own worker. 100; 404 Unknown queue: q, Unknown consumer: q/c, Unknown provider node: q/n,
-- Combined queue node not found: x.
create or replace function pgq_node.get_worker_state(
    in i_queue_name text,
    out ret_code int4, out ret_note text, out node_type text, out node_name text, out completed_tick bigint,
    out provider_node text, out provider_location text, out paused boolean, out uptodate boolean, out cur_error text,
    out worker_name text, out global_watermark bigint, out local_watermark bigint, out local_queue_top bigint,
    out combined_queue text, out combined_type text)
returns record as $$
begin
    select n.node_type, n.node_name, n.worker_name, n.combined_queue
        into node_type, node_name, worker_name, combined_queue
        from pgq_node.node_info n where n.queue_name = i_queue_name;
    if not found then
        select 404, 'Unknown queue: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    select s.last_tick_id, s.provider_node, s.paused, s.uptodate, s.cur_error
        into completed_tick, provider_node, paused, uptodate, cur_error
        from pgq_node.local_state s
        where s.queue_name = i_queue_name and s.consumer_name = get_worker_state.worker_name;
    if not found then
        select 404, 'Unknown consumer: ' || i_queue_name || '/' || worker_name into ret_code, ret_note;
        return;
    end if;
    select l.node_location into provider_location
        from pgq_node.node_location l
        where l.queue_name = i_queue_name and l.node_name = get_worker_state.provider_node;
    if not found then
        select 404, 'Unknown provider node: ' || i_queue_name || '/' || provider_node into ret_code, ret_note;
        return;
    end if;

    select i.global_watermark, i.local_watermark into global_watermark, local_watermark from pgq_node.get_node_info(i_queue_name) i;
    if node_type in ('root', 'branch') then
        select t.tick_id into local_queue_top
            from pgq.queue q join pgq.tick t on t.tick_queue = q.queue_id
            where q.queue_name = i_queue_name
            order by t.tick_queue desc, t.tick_id desc
            limit 1;
    end if;
    if combined_queue is not null then
        select n.node_type into combined_type from pgq_node.node_info n where n.queue_name = get_worker_state.combined_queue;
        if not found then
            select 404, 'Combined queue node not found: ' || combined_queue into ret_code, ret_note;
            return;
        end if;
    end if;
    select 100, 'Ok' into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
