-- londiste._follow_types(): publishes what the command that just ended did to types that replicated tables use, see _follow_ddl; for each table that uses one, a script that
-- does nothing on a node which has run that of another table. It runs as the owner of the node's type; what adds a value to an enum, as the worker, in a transaction of its own.
--
-- Works from the difference to type_structure. Types of extensions are left to them. Types that a command gave to tables are noted, and tables whose types got other names.
-- Runs with the rights of the schema's owner. Outside of an event trigger, at ddl_command_end, it fails.
-- Locks: rows of type_structure; tables with an enum whose label gets another name in SHARE ROW EXCLUSIVE mode. Called by: ddl_trigger.
create or replace function londiste._follow_types()
returns void as $$
declare
    -- schemas, too
    named   oid[] := array(select o.objid from pg_catalog.pg_event_trigger_ddl_commands() o);
    changed record;
    tbl     record;
    after   jsonb;
    script  text;
    refused text;
begin
    for changed in
        select s.queue_name, s.type_oid, s.structure, d.options ->> 'unsafe' as unsafe, n.node_name,
               n.node_type = 'root' and d.mode = 'replicate' and pg_catalog.current_setting('session_replication_role') <> 'local' as publishes
        from londiste.type_structure s
        join londiste.ddl_setting d on d.queue_name = s.queue_name
        join pgq_node.node_info n on n.queue_name = s.queue_name
        join pg_catalog.pg_type t on t.oid = s.type_oid
        where t.oid = any (named) or t.typrelid = any (named) or t.typnamespace = any (named)
            or exists (select 1 from pg_catalog.pg_constraint k where k.contypid = t.oid and k.oid = any (named))
        order by s.queue_name, s.type_oid
        for update of s
    loop
        after := londiste._describe_type(changed.type_oid);
        continue when after = changed.structure;
        refused := null;
        if after ->> 'extension' is not null then
            changed.publishes := false;
        elsif changed.publishes then
            select c.v ->> 1 into refused
                from jsonb_array_elements(after -> 'checks') c (v)
                where c.v ->> 3 = 'true' and not changed.structure -> 'checks' @> jsonb_build_array(c.v)
                limit 1;
        end if;
        if refused is not null and changed.unsafe = 'refuse' then
            raise exception 'type % is used by replicated tables: constraint "%" cannot be added: it calls functions that are volatile', after ->> 'name', refused
                using errcode = 'feature_not_supported', hint = 'Declare the functions immutable, if they are.';
        elsif refused is not null then
            raise warning 'type % is used by replicated tables, and this change is not replicated: constraint "%" calls functions that are volatile', after ->> 'name', refused
                using hint = 'Do on the other nodes what is to be done there.';
            changed.publishes := false;
        end if;
        script := case when changed.publishes then londiste._type_script(changed.structure, after) end;
        -- A label is renamed while tables are written to; what has the old one must come before.
        for tbl in
            select s.table_oid
            from londiste.table_structure s
            where script is not null and s.queue_name = changed.queue_name and changed.type_oid in (select u.type from londiste._used_types(s.table_oid, null) u)
                and exists (select 1 from jsonb_array_elements(changed.structure -> 'labels') l (v) where not (after -> 'labels') @> jsonb_build_array(l.v))
            order by s.table_name
        loop
            execute pg_catalog.format('lock table %s in share row exclusive mode', tbl.table_oid::pg_catalog.regclass);
        end loop;
        for tbl in
            select s.table_name, s.table_oid
            from londiste.table_structure s
            where s.queue_name = changed.queue_name and changed.type_oid in (select u.type from londiste._used_types(s.table_oid, null) u)
            order by s.table_name
        loop
            if script is not null then
                perform londiste._publish_script(changed.queue_name, tbl.table_name, changed.node_name, script);
            end if;
            -- Types and defaults are written with names of types and labels.
            update londiste.table_structure s set structure = londiste._structure_of(tbl.table_oid) where s.queue_name = changed.queue_name and s.table_name = tbl.table_name;
        end loop;
        update londiste.type_structure s set structure = after where s.queue_name = changed.queue_name and s.type_oid = changed.type_oid;
    end loop;

    perform londiste._note_types(s.queue_name, s.table_name) from londiste.table_structure s where s.table_oid = any (named);
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
