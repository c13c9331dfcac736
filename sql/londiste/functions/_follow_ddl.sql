-- londiste._follow_ddl(i_event, i_context, i_settings): publishes what the command that just ended did to replicated tables, in its transaction, and so in its place among
-- the changes of rows: as an EXECUTE event for each table and queue that has to do with it.
--
-- i_event: sql_drop, ddl_command_end; i_context: PG_CONTEXT of the trigger; i_settings: of the session, see _ddl_script.
-- Works from the difference between what the table looks like and what it looked like after the command before, so it makes no difference where the command came from.
-- Only on a root whose ddl_setting says replicate. A script that each node runs (session_replication_role = local) is not published again.
-- Runs with the rights of the schema's owner: who may alter a table need not have any right on queues. Outside of an event trigger it fails.
-- Locks: rows of table_structure. Called by: ddl_trigger.
create or replace function londiste._follow_ddl(i_event text, i_context text, i_settings jsonb)
returns void as $$
declare
    command     constant text := londiste._command_text(i_context, pg_catalog.current_query());
    tbl         record;
    refusal     record;
    untold      record;
    before      jsonb;
    after       jsonb;
    script      text;
begin
    if i_event <> 'sql_drop' then
        perform londiste._follow_tables(i_event);
    end if;
    for tbl in
        select s.queue_name, s.table_name, s.structure, c.oid, d.options ->> 'unsafe' as unsafe, n.node_name,
               n.node_type = 'root' and d.mode = 'replicate' and pg_catalog.current_setting('session_replication_role') <> 'local' as publishes
        from (select distinct t.oid from londiste._changed_tables(i_event) t (oid)) c
        join londiste.table_structure s on s.table_oid = c.oid
        join londiste.ddl_setting d on d.queue_name = s.queue_name
        join pgq_node.node_info n on n.queue_name = s.queue_name
        where exists (select 1 from pg_catalog.pg_class r where r.oid = c.oid)
        -- what inherits comes behind what it inherits from
        order by s.queue_name,
                 (with recursive above (oid, depth) as (
                      select c.oid, 0
                      union select h.inhparent, a.depth + 1 from pg_catalog.pg_inherits h join above a on a.oid = h.inhrelid)
                  select max(a.depth) from above a),
                 s.table_name
        for update of s
    loop
        after := londiste._structure_of(tbl.oid);
        before := case when tbl.publishes and i_event = 'ddl_command_end' then londiste._with_using(tbl.oid, tbl.structure, after, command) else tbl.structure end;
        select u.reason, u.cure into untold
            from londiste._untold_using(tbl.oid, tbl.structure, before, after, command) u
            where tbl.publishes and i_event = 'ddl_command_end' and coalesce(pg_catalog.current_setting('londiste.rewritten', true), '') <> '';
        continue when after = before and untold.reason is null;
        if tbl.publishes then
            script := null;
            select r.reason, r.cure into refusal
                from (-- A script could not name it: attributes end at a comma, tags at an @.
                      select 'a script for other nodes cannot hold its name', 'Give the table another name, or "ddl check" to the queue.'
                      where tbl.table_name ~ '[,@[:cntrl:]]' or strpos(tbl.table_name, '$name$') > 0
                      union all
                      select untold.reason, untold.cure where untold.reason is not null
                      union all
                      select d.reason, d.cure from londiste._ddl_refusals(tbl.oid, before, after, command) d) r (reason, cure)
                limit 1;
            if not found then
                script := londiste._ddl_script(tbl.table_name, before, after, command, i_settings,
                    londiste._new_types_script(tbl.oid, before, after));
            elsif tbl.unsafe = 'refuse' then
                raise exception 'table "%" is replicated: %', tbl.table_name, refusal.reason
                    using errcode = 'feature_not_supported', hint = refusal.cure;
            else
                raise warning 'table "%" is replicated, and this change is not: %', tbl.table_name, refusal.reason
                    using hint = 'Do on the other nodes what is to be done there; "londiste check" compares.';
            end if;
            perform londiste._publish_inheritance(tbl.queue_name, tbl.table_name, tbl.node_name, 'no more', tbl.structure, after);
            if script is not null then
                perform londiste._publish_script(tbl.queue_name, tbl.table_name, tbl.node_name, script);
            end if;
            perform londiste._publish_inheritance(tbl.queue_name, tbl.table_name, tbl.node_name, 'from', tbl.structure, after);
        end if;
        update londiste.table_structure set structure = after, parts = londiste._part_oids(after) where queue_name = tbl.queue_name and table_name = tbl.table_name;
    end loop;
    -- Behind the foreign keys that were dropped with a table: they are in the way of its drop.
    if i_event = 'sql_drop' then
        perform londiste._follow_tables(i_event);
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
