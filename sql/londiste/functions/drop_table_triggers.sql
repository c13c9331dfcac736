-- londiste.drop_table_triggers(i_queue_name, i_table_name): drops all triggers that publish the table's changes to the queue.
-- Where the table has not its own triggers any more, because it got another name, or another table got its: also those that were made for it, wherever they
-- are now, unless the queue has a table there. Of those that do not tell for which table they were made, the ones with our name.
-- Locks the tables in ACCESS EXCLUSIVE mode, if there is something to drop.
-- Called by: local_remove_table, removal of a table_info row.
create or replace function londiste.drop_table_triggers(i_queue_name text, i_table_name text)
returns void as $$
declare
    fq_table    text;
    tbl         oid;
    trg         record;
    dropped     boolean := false;
begin
    select coalesce(t.dest_table, t.table_name) into fq_table
        from londiste.table_info t
        where t.queue_name = i_queue_name and t.table_name = londiste.make_fqname(i_table_name);
    tbl := londiste.find_table_oid(coalesce(fq_table, londiste.make_fqname(i_table_name)));

    perform londiste._unwatch_partitions(i_queue_name, tbl);

    -- A partition's copy of its parent's trigger goes with the parent's.
    for trg in
        select t.tgname, pg_catalog.obj_description(t.oid, 'pg_trigger') as label
        from pg_catalog.pg_trigger t
        where t.tgrelid = tbl and t.tgparentid = 0
            and londiste.is_replica_func(t.tgfoid)
            and starts_with(encode(t.tgargs, 'hex'), encode(londiste._trigger_args(array[i_queue_name]), 'hex'))
        order by 1
    loop
        execute format('drop trigger %I on %s', trg.tgname, tbl::regclass);
        dropped := dropped or trg.label is null or trg.label = londiste._trigger_label(i_table_name);
    end loop;
    if dropped then
        return;
    end if;

    for trg in
        select t.tgname, t.tgrelid
        from pg_catalog.pg_trigger t
        cross join lateral (select pg_catalog.obj_description(t.oid, 'pg_trigger')) d (label)
        where not t.tgisinternal and t.tgparentid = 0
            and pg_catalog.substring(t.tgargs, 1, pg_catalog.octet_length(i_queue_name) + 1) = londiste._trigger_args(array[i_queue_name])
            and londiste.is_replica_func(t.tgfoid)
            and (d.label = londiste._trigger_label(i_table_name)
                or d.label is null and t.tgname::text ~ '^(zzz_)?_londiste_')
            and not exists (select 1 from londiste.table_info i
                            where i.queue_name = i_queue_name and i.local and londiste.find_table_oid(coalesce(i.dest_table, i.table_name)) = t.tgrelid)
        order by t.tgrelid, t.tgname
    loop
        execute format('drop trigger %I on %s', trg.tgname, trg.tgrelid::regclass);
    end loop;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
