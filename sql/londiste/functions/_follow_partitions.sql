-- londiste._follow_partitions(i_event): publishes what the command that just ended did to the partitions of replicated tables, in its transaction; see _follow_ddl.
--
-- i_event: sql_drop, ddl_command_end. Returns the partitions that came with rows; their rows are still to be published, behind what this has published, with the rights
-- of whoever ran the command (_publish_rows): reading them may call functions, of virtual columns and of the trigger's arguments.
-- Works from the difference to partition_structure. New partitions get the trigger that sees TRUNCATE at once, since it publishes, too.
-- Runs with the rights of the schema's owner. Outside of an event trigger it fails.
-- Locks: rows of table_structure. Called by: ddl_trigger.
create or replace function londiste._follow_partitions(in i_event text, out queue_name text, out part oid)
returns setof record as $$
#variable_conflict use_column
declare
    named   oid[];
    tbl     record;
    change  record;
    parts   jsonb;
begin
    if i_event = 'sql_drop' then
        named := array(select o.objid from pg_catalog.pg_event_trigger_dropped_objects() o where o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objsubid = 0)
            || array(select p.part_oid
                     from pg_catalog.pg_event_trigger_dropped_objects() o
                     join londiste.partition_part p on p.key = o.objid and p.kind = case o.classid when 'pg_catalog.pg_class'::pg_catalog.regclass then 'index'
                                                                                                    when 'pg_catalog.pg_constraint'::pg_catalog.regclass then 'constraint' end);
    else
        named := array(select t.oid from londiste._named_tables(i_event) t (oid));
    end if;
    for tbl in
        with recursive above (oid) as (
            select unnest(named)
            union select h.inhparent from pg_catalog.pg_inherits h join above a on a.oid = h.inhrelid)
        select s.queue_name, s.table_name, c.oid, n.node_name, d.options ->> 'unsafe' as unsafe,
               n.node_type = 'root' and d.mode = 'replicate' and pg_catalog.current_setting('session_replication_role') <> 'local'
                   -- added with no_triggers: nothing of it is published
                   and exists (select 1 from pg_catalog.pg_trigger g
                               where g.tgrelid = c.oid and londiste.is_replica_func(g.tgfoid)
                                   and starts_with(encode(g.tgargs, 'hex'), encode(londiste._trigger_args(array[s.queue_name]), 'hex'))) as publishes
        from londiste.table_structure s
        join londiste.ddl_setting d on d.queue_name = s.queue_name
        join pgq_node.node_info n on n.queue_name = s.queue_name
        join pg_catalog.pg_class c on c.oid = s.table_oid and c.relkind = 'p'
        where c.oid in (select a.oid from above a)
            or exists (select 1 from londiste.partition_structure p where p.queue_name = s.queue_name and p.table_name = s.table_name and p.part_oid = any (named))
        order by s.queue_name, s.table_name
        for update of s
    loop
        if tbl.publishes then
            for change in
                with gone as materialized (
                    select p.* from londiste.partition_structure p
                    where p.queue_name = tbl.queue_name and p.table_name = tbl.table_name and p.part_oid not in (select t.part from londiste._partition_tree(tbl.oid) t))
                select g.*, exists (select 1 from pg_catalog.pg_class c where c.oid = g.part_oid) as is_there
                from gone g
                where not exists (select 1 from gone a where a.path = g.path - (jsonb_array_length(g.path) - 1))
                order by g.part_name
            loop
                perform londiste._publish_partitions(tbl.queue_name, tbl.table_name, tbl.node_name, pg_catalog.jsonb_build_object(
                    'what', case when change.is_there then 'detach' else 'drop' end,
                    'name', change.part_name, 'path', change.path, 'condition', change.condition, 'columns', change.columns));
                insert into londiste.detached_partition (part_oid) select change.part_oid where change.is_there
                    on conflict on constraint detached_partition_pkey do nothing;
            end loop;
            delete from londiste.detached_partition d where not exists (select 1 from pg_catalog.pg_class c where c.oid = d.part_oid);

            select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('part', t.part, 'name', t.name, 'schema', n.nspname, 'table', c.relname, 'path', t.path, 'key', t.key, 'relkind', c.relkind,
                                                                                                  'again', exists (select 1 from londiste.detached_partition d where d.part_oid = t.part))
                                        order by pg_catalog.jsonb_array_length(t.path), t.name) into parts
                from londiste._partition_tree(tbl.oid) t
                join pg_catalog.pg_class c on c.oid = t.part
                join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                where not exists (select 1 from londiste.partition_structure p
                                  where p.queue_name = tbl.queue_name and p.table_name = tbl.table_name and p.part_oid = t.part);
            if parts is not null then
                perform londiste._publish_partitions(tbl.queue_name, tbl.table_name, tbl.node_name, pg_catalog.jsonb_build_object(
                    'what', 'attach', 'parts', (select pg_catalog.jsonb_agg(p - array['part', 'relkind'] order by nr) from pg_catalog.jsonb_array_elements(parts) with ordinality e (p, nr))));
                return query
                    select tbl.queue_name, p.part
                    from pg_catalog.jsonb_to_recordset(parts) p (part oid, relkind text)
                    where p.relkind = 'f' or p.relkind = 'r' and pg_catalog.pg_relation_size(p.part) > 0;
                perform londiste._watch_partitions(tbl.queue_name, tbl.oid, tbl.table_name, false);
                delete from londiste.detached_partition d
                    where d.part_oid in (select p.part from pg_catalog.jsonb_to_recordset(parts) p (part oid));
            end if;
            perform londiste._follow_partition_parts(tbl.queue_name, tbl.table_name, tbl.oid, tbl.node_name, tbl.unsafe);
        end if;
        perform londiste._note_partitions(tbl.queue_name, tbl.table_name, tbl.oid);
    end loop;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
