-- pgq_node.maint_watermark(i_queue_name): publishes the root's global watermark when it is five minutes old. Returns 0. Called by pgqd through pgq.maint_operations.
create or replace function pgq_node.maint_watermark(i_queue_name text)
returns int4 as $$
declare
    lag interval;
begin
    perform 1 from pgq_node.node_info where queue_name = i_queue_name and node_type = 'root' for update;
    if not found then
        return 0;
    end if;
    select c.lag into lag from pgq.get_consumer_info(i_queue_name, '.global_watermark') c;
    if lag >= interval '5 minutes' then
        perform pgq_node.set_global_watermark(i_queue_name, null);
    end if;
    return 0;
end;
$$ language plpgsql;
