-- londiste.drop_table_triggers(i_queue_name, i_table_name): drops all triggers that publish the table's changes to the queue.
-- Does nothing when the table is gone. Locks the table in ACCESS EXCLUSIVE mode, if there is something to drop.
-- Called by: local_remove_table, removal of a table_info row.
create or replace function londiste.drop_table_triggers(i_queue_name text, i_table_name text)
returns void as $$
declare
    fq_table    text;
    tbl         oid;
    trg         name;
begin
    select coalesce(t.dest_table, t.table_name) into fq_table
        from londiste.table_info t
        where t.queue_name = i_queue_name and t.table_name = londiste.make_fqname(i_table_name);
    tbl := londiste.find_table_oid(coalesce(fq_table, londiste.make_fqname(i_table_name)));

    -- A partition's copy of its parent's trigger goes with the parent's.
    for trg in
        select t.tgname
        from pg_catalog.pg_trigger t
        where t.tgrelid = tbl and t.tgparentid = 0
            and londiste.is_replica_func(t.tgfoid)
            and starts_with(encode(t.tgargs, 'hex'), encode(londiste._trigger_args(array[i_queue_name]), 'hex'))
        order by 1
    loop
        execute format('drop trigger %I on %s', trg, tbl::regclass);
    end loop;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
