-- londiste._set_dest_table(i_queue_name, i_table_name, i_dest_table): the table of this node that is called so now is the queue's. Its triggers tell the queue's name.
-- Called by: _follow_renames, local_rename_table.
create or replace function londiste._set_dest_table(i_queue_name text, i_table_name text, i_dest_table text)
returns void as $$
declare
    args        text[];
    node_type   text;
    trg         record;
begin
    update londiste.table_info t set dest_table = nullif(i_dest_table, i_table_name)
        where t.queue_name = i_queue_name and t.table_name = i_table_name;
    select coalesce(t.trigger_args, londiste._found_trigger_args(i_queue_name, i_table_name, i_dest_table), '{}'), n.node_type into args, node_type
        from londiste.table_info t
        join pgq_node.node_info n on n.queue_name = t.queue_name
        where t.queue_name = i_queue_name and t.table_name = i_table_name;
    select * into trg from londiste.create_trigger(i_queue_name, i_table_name, args, i_dest_table, node_type);
    if trg.ret_code > 299 then
        raise exception 'triggers of table "%" cannot be made: %', i_dest_table, trg.ret_note;
    end if;
    update londiste.partition_info p set part_name = i_dest_table
        where p.queue_name = i_queue_name and p.table_name = i_table_name and p.part_oid = londiste.find_table_oid(i_dest_table);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
