-- pgq_node.unregister_consumer(i_queue_name, i_consumer_name): forgets the position. 200 (also if it was absent); 404 Unknown queue: q.
create or replace function pgq_node.unregister_consumer(
    in i_queue_name text, in i_consumer_name text,
    out ret_code int4, out ret_note text)
returns record as $$
begin
    perform 1 from pgq_node.node_info n where n.queue_name = i_queue_name for update;
    if not found then
        select 404, 'Unknown queue: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    -- Not left to the foreign key, which is silent in a session with role replica.
    delete from pgq_node.position_proof where queue_name = i_queue_name and consumer_name = i_consumer_name;
    delete from pgq_node.local_state where queue_name = i_queue_name and consumer_name = i_consumer_name;
    select 200, 'Consumer ' || i_consumer_name || ' unregistered from ' || i_queue_name into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
