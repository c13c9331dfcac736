-- pgq_node.maint_watermark(i_queue_name): on the root, publishes the global watermark when it is five minutes or more old, and events are accepted. Returns 0: done.
-- A root worker does the same; this serves roots without one. Called by: pgqd, see pgq.maint_operations.
create or replace function pgq_node.maint_watermark(i_queue_name text)
returns int4 as $$
declare
    watermark_lag   interval;
begin
    select c.lag into watermark_lag
        from pgq_node.node_info n
        join pgq.queue q on q.queue_name = n.queue_name
        join pgq.get_consumer_info(i_queue_name, '.global_watermark') c on c.queue_name = n.queue_name
        where n.queue_name = i_queue_name and n.node_type = 'root' and not q.queue_disable_insert;
    if watermark_lag >= interval '5 minutes' then
        perform w.ret_code from pgq_node.set_global_watermark(i_queue_name, null) w;
    end if;
    return 0;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
