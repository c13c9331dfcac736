-- pgq_node.maint_watermark(i_queue_name): on the root, publishes the global watermark when it is five minutes or more old. Returns 0: done.
-- A root worker does the same; this serves roots without one. Called by: pgqd, see pgq.maint_operations.
create or replace function pgq_node.maint_watermark(i_queue_name text)
returns int4 as $$
begin
    perform 1
        from pgq_node.node_info n
        where n.queue_name = i_queue_name and n.node_type = 'root';
    if found then
        perform w.ret_code
            from pgq.get_consumer_info(i_queue_name, '.global_watermark') c,
                 lateral pgq_node.set_global_watermark(i_queue_name, null) w
            where c.lag >= interval '5 minutes';
    end if;
    return 0;
end;
$$ language plpgsql;
