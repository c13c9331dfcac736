-- pgq_node.drop_node(i_queue_name, i_node_name): forgets a node; run on every member. On the node itself everything of the queue goes.
-- 200 Node dropped: n; 405 Cannot drop provider node: n.
create or replace function pgq_node.drop_node(
    in i_queue_name text, in i_node_name text,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    node    record;
begin
    select n.node_name, n.node_type, s.provider_node into node
        from pgq_node.node_info n
        left join pgq_node.local_state s on s.queue_name = n.queue_name and s.consumer_name = n.worker_name
        where n.queue_name = i_queue_name;
    if not found or node.node_name = i_node_name then
        delete from pgq_node.subscriber_info where queue_name = i_queue_name;
        delete from pgq_node.position_proof where queue_name = i_queue_name;
        delete from pgq_node.local_state where queue_name = i_queue_name;
        delete from pgq_node.node_info where queue_name = i_queue_name;
        perform pgq.drop_queue(q.queue_name, true) from pgq.queue q where q.queue_name = i_queue_name;
        delete from pgq.condition where queue_name = i_queue_name;
        delete from pgq_node.node_location where queue_name = i_queue_name and node_name <> i_node_name;
    elsif node.provider_node = i_node_name then
        select 405, 'Cannot drop provider node: ' || i_node_name into ret_code, ret_note;
        return;
    else
        perform pgq_node.unregister_subscriber(i_queue_name, i_node_name);
    end if;
    perform pgq_node.unregister_location(i_queue_name, i_node_name);
    select 200, 'Node dropped: ' || i_node_name into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
