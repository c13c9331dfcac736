-- londiste._follow_seqs(): replicated sequences to which the command has given another name, by themselves or with their schema, get it on the queue, too, and on all nodes; so does the
-- column that owns one, where its table is on the queue. Those that went with their table have it already.
-- Locks the seq_info rows. Called by: _follow_tables.
create or replace function londiste._follow_seqs()
returns void as $$
declare
    seq     record;
begin
    for seq in
        with commands as materialized (
            select c.classid, c.objid, c.command_tag from pg_catalog.pg_event_trigger_ddl_commands() c
        )
        select s.queue_name, s.seq_name, s.seq_oid, n.node_name, sn.nspname || '.' || r.relname as new_name, o.refobjid is distinct from s.owner_oid or o.refobjsubid is distinct from s.owner_column as has_new_owner,
               o.refobjid is null as is_free, t.table_name, a.attname
        from londiste.seq_structure s
        join londiste.ddl_setting d on d.queue_name = s.queue_name and d.mode = 'replicate'
        join pgq_node.node_info n on n.queue_name = s.queue_name and n.node_type = 'root'
        join pg_catalog.pg_class r on r.oid = s.seq_oid and r.relkind = 'S'
        join pg_catalog.pg_namespace sn on sn.oid = r.relnamespace
        left join pg_catalog.pg_depend o on o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objid = r.oid
            and o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.deptype in ('a', 'i')
        left join londiste.table_structure t on t.queue_name = s.queue_name and t.table_oid = o.refobjid
        left join pg_catalog.pg_attribute a on a.attrelid = t.table_oid and a.attnum = o.refobjsubid
        where r.oid in (select c.objid from commands c where c.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.command_tag in ('ALTER SEQUENCE', 'ALTER TABLE'))
            or sn.oid in (select c.objid from commands c where c.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and c.command_tag = 'ALTER SCHEMA')
        order by s.queue_name, s.seq_name
    loop
        if seq.new_name <> seq.seq_name then
            perform londiste.local_rename_seq(seq.queue_name, seq.seq_name, seq.new_name);
            perform londiste._publish_list_script(seq.queue_name, null, seq.node_name, pg_catalog.format(
                'select * from londiste.local_rename_seq(%L, %L, %L);', seq.queue_name, seq.seq_name, seq.new_name));
            -- Defaults tell the new name now, and are the same.
            perform londiste._note_structure(t.queue_name, t.table_name)
                from londiste.table_structure t
                where t.queue_name = seq.queue_name and t.table_oid in (
                    select f.adrelid
                    from pg_catalog.pg_attrdef f
                    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.objid = f.oid
                        and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = seq.seq_oid);
        end if;
        if seq.has_new_owner then
            if seq.is_free or seq.table_name is not null then
                perform londiste._publish_list_script(seq.queue_name, 'need-function=' || pgq._urlencode('londiste.replay_seq_owner(4)'), seq.node_name, pg_catalog.format(
                    'select londiste.replay_seq_owner(%L, %L, %L, %L);', seq.queue_name, seq.new_name, seq.table_name, seq.attname));
            end if;
            perform londiste._note_seqs(seq.queue_name, seq.new_name);
        end if;
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
