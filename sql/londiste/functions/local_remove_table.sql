-- londiste.local_remove_table(i_queue_name, i_table_name): stops replicating a table here; puts back what a copy had dropped; removes the sequences its columns own.
-- On the root the queue no longer carries it, which goes down the cascade. 200 Table removed: t; 400 Table not found: t; 400 Table not registered locally: t.
create or replace function londiste.local_remove_table(
    in i_queue_name text, in i_table_name text,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   text := londiste.make_fqname(i_table_name);
    dest            text;
    tbl             record;
    seq             record;
    is_root         boolean;
begin
    select t.local, t.dropped_ddl, t.dest_table into tbl
        from londiste.table_info t
        where t.queue_name = i_queue_name and t.table_name = fq_table_name
        for update;
    if not found then
        select 400, 'Table not found: ' || fq_table_name into ret_code, ret_note;
        return;
    end if;
    is_root := pgq_node.is_root_node(i_queue_name);

    if tbl.local then
        dest := coalesce(tbl.dest_table, fq_table_name);
        perform londiste.drop_table_triggers(i_queue_name, fq_table_name);
        if tbl.dropped_ddl is not null then
            perform londiste._settle_dropped_ddl(i_queue_name, dest, tbl.dropped_ddl);
        end if;
        update londiste.table_info
            set local = false, custom_snapshot = null, table_attrs = null, dropped_ddl = null, merge_state = null, dest_table = null,
                trigger_args = null
            where queue_name = i_queue_name and table_name = fq_table_name;
        delete from londiste.left_out_column where queue_name = i_queue_name and table_name = fq_table_name;
        delete from londiste.missing_rows where queue_name = i_queue_name and table_name = fq_table_name;
        delete from londiste.compare_result where queue_name = i_queue_name and table_name = fq_table_name;
        for seq in
            select sn.nspname || '.' || s.relname as name
            from pg_catalog.pg_depend d
            join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
            join pg_catalog.pg_namespace sn on sn.oid = s.relnamespace
            where d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
                and d.refobjid = londiste.find_table_oid(dest) and d.deptype in ('a', 'i')
        loop
            perform londiste.local_remove_seq(i_queue_name, seq.name)
                from londiste.seq_info i where i.queue_name = i_queue_name and i.seq_name = seq.name and i.local;
        end loop;
    elsif not is_root then
        select 400, 'Table not registered locally: ' || fq_table_name into ret_code, ret_note;
        return;
    end if;

    if is_root then
        perform londiste.global_remove_table(i_queue_name, fq_table_name);
        perform londiste.root_notify_change(i_queue_name, 'londiste.remove-table', fq_table_name);
    end if;
    select 200, 'Table removed: ' || fq_table_name into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
