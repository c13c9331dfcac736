-- pgq_node.set_node_attrs(i_queue_name, i_node_attrs): stores the urlencoded attributes of the local node. 200 Node attributes updated; 404 Node not found.
create or replace function pgq_node.set_node_attrs(
    in i_queue_name text, in i_node_attrs text,
    out ret_code int4, out ret_note text)
returns record as $$
begin
    update pgq_node.node_info set node_attrs = i_node_attrs where queue_name = i_queue_name;
    if found then
        select 200, 'Node attributes updated' into ret_code, ret_note;
    else
        select 404, 'Node not found' into ret_code, ret_note;
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
