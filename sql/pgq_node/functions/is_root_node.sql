-- pgq_node.is_root_node(i_queue_name): the local node is the queue's root. Error: queue does not exist: <q>.
create or replace function pgq_node.is_root_node(i_queue_name text)
returns bool as $$
declare
    res bool;
begin
    select n.node_type = 'root' into res from pgq_node.node_info n where n.queue_name = i_queue_name;
    if not found then
        raise exception 'queue does not exist: %', i_queue_name;
    end if;
    return res;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
