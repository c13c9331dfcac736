-- pgq_node.register_subscriber(i_queue_name, i_remote_node_name, i_remote_worker_name, i_custom_tick_id): lets a node read from this one. Registers its worker at the
-- given tick (NULL: the global watermark) and its watermark consumer. 200 Subscriber registered: n; 404 Unknown queue: q; 401 Cannot subscribe to leaf node.
create or replace function pgq_node.register_subscriber(
    in i_queue_name text, in i_remote_node_name text, in i_remote_worker_name text, in i_custom_tick_id int8,
    out ret_code int4, out ret_note text, out global_watermark bigint)
returns record as $$
declare
    node            record;
    watermark_name  text := '.' || i_remote_node_name || '.watermark';
begin
    select n.node_type into node from pgq_node.node_info n where n.queue_name = i_queue_name for update;
    if not found then
        select 404, 'Unknown queue: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    if node.node_type = 'leaf' then
        select 401, 'Cannot subscribe to leaf node' into ret_code, ret_note;
        return;
    end if;

    select c.last_tick into global_watermark from pgq.get_consumer_info(i_queue_name, '.global_watermark') c;
    perform pgq.register_consumer_at(i_queue_name, watermark_name, global_watermark);
    perform pgq.register_consumer_at(i_queue_name, i_remote_worker_name, coalesce(i_custom_tick_id, global_watermark));
    insert into pgq_node.subscriber_info (queue_name, subscriber_node, worker_name, watermark_name)
        values (i_queue_name, i_remote_node_name, i_remote_worker_name, watermark_name);
    select 200, 'Subscriber registered: ' || i_remote_node_name into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
