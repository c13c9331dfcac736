-- londiste._follow_renames(i_tables): those of these tables that have another name now get it on the queue, too, and on all nodes. Those that have a name of their own on the
-- root keep that of the queue. Locks the tables in SHARE ROW EXCLUSIVE mode, and rows of table_info and what belongs to them. Called by: _follow_tables.
create or replace function londiste._follow_renames(i_tables oid[])
returns void as $$
declare
    tbl     record;
    seq     record;
begin
    for tbl in
        select s.queue_name, s.table_name, s.table_oid, i.dest_table, (londiste.split_fqname(coalesce(i.dest_table, i.table_name))).schema_part as old_schema, n.node_name,
               d.options ->> 'unsafe' as unsafe, sn.nspname || '.' || r.relname as new_name
        from londiste.table_structure s
        join londiste.table_info i on i.queue_name = s.queue_name and i.table_name = s.table_name
        join londiste.ddl_setting d on d.queue_name = s.queue_name and d.mode = 'replicate'
        join pgq_node.node_info n on n.queue_name = s.queue_name and n.node_type = 'root'
        join pg_catalog.pg_class r on r.oid = s.table_oid
        join pg_catalog.pg_namespace sn on sn.oid = r.relnamespace
        where s.table_oid = any (i_tables) and coalesce(i.dest_table, i.table_name) <> sn.nspname || '.' || r.relname
        order by s.queue_name, i.nr
    loop
        -- A schema is renamed while its tables are written to; what comes under the old name must come before.
        execute pg_catalog.format('lock table %s in share row exclusive mode', tbl.table_oid::pg_catalog.regclass);
        if tbl.dest_table is not null then
            perform londiste._set_dest_table(tbl.queue_name, tbl.table_name, tbl.new_name);
        elsif not exists (select 1 from londiste.table_info i where i.queue_name = tbl.queue_name and i.table_name = tbl.new_name) then
            perform londiste.local_rename_table(tbl.queue_name, tbl.table_name, tbl.new_name);
            -- What partition_trigger and check_partitions have told of it, which somebody ends by hand.
            update pgq.condition c
                set subject = s.subject,
                    message = replace(c.message, pg_catalog.format('table "%s"', tbl.table_name), pg_catalog.format('table "%s"', tbl.new_name)),
                    hint = replace(replace(c.hint, 'resync ' || tbl.table_name, 'resync ' || tbl.new_name), quote_literal(c.subject), quote_literal(s.subject))
                from (select o.queue_name, o.kind, o.subject as old_subject, tbl.new_name || substr(o.subject, length(tbl.table_name) + 1) as subject from pgq.condition o) s
                where c.queue_name = tbl.queue_name and starts_with(c.kind, 'partition_') and starts_with(c.subject, tbl.table_name || ' (')
                    and s.queue_name = c.queue_name and s.kind = c.kind and s.old_subject = c.subject;
            perform londiste._publish_list_script(tbl.queue_name, null, tbl.node_name, pg_catalog.format(
                'select * from londiste.local_rename_table(%L, %L, %L);', tbl.queue_name, tbl.table_name, tbl.new_name));
        elsif tbl.unsafe = 'refuse' then
            raise exception 'table "%" is replicated: its queue has another table of the name "%"', tbl.table_name, tbl.new_name
                using errcode = 'duplicate_table', hint = pg_catalog.format('Remove that one from the queue first, by remove-table %s, or choose another name.', tbl.new_name);
        else
            raise warning 'table "%" is replicated, and keeps that name on the queue, which has another table of the name "%"', tbl.table_name, tbl.new_name;
            perform londiste._set_dest_table(tbl.queue_name, tbl.table_name, tbl.new_name);
        end if;
        -- Its sequences went to the other schema with it.
        for seq in
            select i.seq_name as old_name, sn.nspname || '.' || c.relname as new_name
            from pg_catalog.pg_depend d
            join pg_catalog.pg_class c on c.oid = d.objid and c.relkind = 'S'
            join pg_catalog.pg_namespace sn on sn.oid = c.relnamespace
            join londiste.seq_info i on i.queue_name = tbl.queue_name and i.seq_name = tbl.old_schema || '.' || c.relname
            where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                and d.refobjid = tbl.table_oid and d.deptype in ('a', 'i') and sn.nspname <> tbl.old_schema
        loop
            perform londiste.local_rename_seq(tbl.queue_name, seq.old_name, seq.new_name);
            perform londiste._publish_list_script(tbl.queue_name, null, tbl.node_name, pg_catalog.format(
                'select * from londiste.local_rename_seq(%L, %L, %L);', tbl.queue_name, seq.old_name, seq.new_name));
        end loop;
        -- Foreign keys and what inherits, too, tell the new name now, and are the same.
        perform londiste._note_structure(s.queue_name, s.table_name)
            from londiste.table_structure s
            where s.queue_name = tbl.queue_name
                and (s.table_oid = tbl.table_oid or s.table_oid in (select k.conrelid from pg_catalog.pg_constraint k where k.confrelid = tbl.table_oid)
                     or s.table_oid in (select h.inhrelid from pg_catalog.pg_inherits h where h.inhparent = tbl.table_oid));
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
