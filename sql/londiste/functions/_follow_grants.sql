-- londiste._follow_grants(): publishes what the command that just ended changed in the owner of replicated tables, and in who may use them, where the queue's option grants says so.
--
-- An event trigger is not told which tables a GRANT was about, so all are compared with table_structure.grants. A script that every node runs is not published again.
-- Runs with the rights of the schema's owner. Outside of an event trigger it fails.
-- Locks: the rows of table_structure that change. Called by: ddl_trigger.
create or replace function londiste._follow_grants()
returns void as $$
declare
    tbl     record;
    changes jsonb;
begin
    perform 1 from pg_catalog.pg_event_trigger_ddl_commands() limit 1;
    for tbl in
        select s.queue_name, s.table_name, s.table_oid, s.grants, g.now, n.node_name,
               n.node_type = 'root' and pg_catalog.current_setting('session_replication_role') <> 'local' as publishes
        from londiste.table_structure s
        join londiste.ddl_setting d on d.queue_name = s.queue_name and d.mode = 'replicate' and d.options -> 'grants' = 'true'
        join pgq_node.node_info n on n.queue_name = s.queue_name
        cross join lateral (values (londiste._grants_of(s.table_oid))) g (now)
        where g.now is distinct from s.grants and g.now is not null
        order by s.queue_name, s.table_name
        for update of s
    loop
        changes := londiste._grant_changes(tbl.table_oid, tbl.grants, tbl.now);
        if tbl.publishes and tbl.grants is not null and changes is not null then
            perform londiste._publish_script(tbl.queue_name, tbl.table_name, tbl.node_name,
                pg_catalog.format(E'select londiste.replay_grants($name$@%s@$name$, %L, %L);\n', tbl.table_name, tbl.queue_name, replace(changes::text, '@', '\u0040')));
        end if;
        update londiste.table_structure set grants = tbl.now where queue_name = tbl.queue_name and table_name = tbl.table_name;
    end loop;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
