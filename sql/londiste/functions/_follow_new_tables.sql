-- londiste._follow_new_tables(): new tables whose name the setting wants, and tables that in one transaction get the name of a replicated one, are added to the queue and made on all nodes, with the sequences that they own.
-- One that has no key is added when it gets one; one that looks like a partition to be, or cannot be added is left alone; both with a warning. Locks: see local_add_table. Called by: _follow_tables.
create or replace function londiste._follow_new_tables()
returns void as $$
declare
    tbl     record;
    problem record;
    added   record;
    -- it takes the place of a replicated one
    replaces    boolean;
begin
    for tbl in
        select d.queue_name, n.node_name, c.is_new, c.waited, d.options, r.oid, r.relkind, sn.nspname || '.' || r.relname as name, pg_catalog.pg_get_userbyid(r.relowner) as owner,
               pg_catalog.pg_get_userbyid(sn.nspowner) as schema_owner, pg_catalog.pg_relation_size(r.oid) > 0 as has_rows
        from (select c.objid, c.command_tag <> 'ALTER TABLE', false
              from pg_catalog.pg_event_trigger_ddl_commands() c
              where c.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.command_tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE') and not c.in_extension
              union
              select k.table_oid, false, true
              from londiste.keyless_table k
              join londiste._named_tables('ddl_command_end') t (oid) on t.oid = k.table_oid
              where (londiste._find_key(k.table_oid, '{}')).problem is null) c (oid, is_new, waited)
        join pg_catalog.pg_class r on r.oid = c.oid and r.relkind in ('r', 'p') and r.relpersistence = 'p' and not r.relispartition
        join pg_catalog.pg_namespace sn on sn.oid = r.relnamespace and sn.nspname not in ('pgq', 'pgq_node', 'pgq_coop', 'pgq_ext', 'londiste')
        cross join londiste.ddl_setting d
        join pgq_node.node_info n on n.queue_name = d.queue_name and n.node_type = 'root'
        where d.mode = 'replicate'
            and (not c.waited or exists (select 1 from londiste.keyless_table k where k.queue_name = d.queue_name and k.table_oid = r.oid))
            and not exists (select 1 from londiste.table_info i where i.queue_name = d.queue_name and i.table_name = sn.nspname || '.' || r.relname)
        order by d.queue_name, r.oid
    loop
        replaces := londiste._was_given_up(tbl.queue_name, tbl.node_name, tbl.name);
        continue when not (tbl.waited or tbl.is_new and londiste._is_wanted(tbl.name, tbl.options -> 'tables') or replaces);
        delete from londiste.keyless_table k where k.queue_name = tbl.queue_name and k.table_oid = tbl.oid;
        select w.reason, w.cure, w.may_change into problem from londiste._why_not_new(tbl.oid, not replaces) w;
        if not found then
            select a.ret_code, a.ret_note into added from londiste.local_add_table(tbl.queue_name, tbl.name) a;
            if added.ret_code >= 400 then
                raise exception 'new table "%" cannot be added to queue "%": %', tbl.name, tbl.queue_name, added.ret_note;
            end if;
            perform londiste.local_add_seq(tbl.queue_name, d.name)
                from londiste.describe_table(tbl.oid) d
                where d.kind = 'sequence' and (d.def ->> 'owned')::boolean;
            perform londiste._publish_list_script(tbl.queue_name, 'need-function=' || pgq._urlencode('londiste.local_create_table(7)'), tbl.node_name, pg_catalog.format(
                'select * from londiste.local_create_table(%L, %L, %L, %L, %L, %L, %L);', tbl.queue_name, tbl.name, tbl.owner, tbl.schema_owner, tbl.has_rows,
                coalesce(londiste._new_types_script(tbl.oid, '[]', londiste._structure_of(tbl.oid)), ''), londiste._structure_of(tbl.oid) || (select coalesce(pg_catalog.jsonb_agg(d), '[]') from londiste.describe_table(tbl.oid) d where d.kind = 'sequence')
                    || (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('kind', 'inherits', 'name', s.table_name) order by h.inhseqno), '[]')
                        from pg_catalog.pg_inherits h
                        join londiste.table_structure s on s.queue_name = tbl.queue_name and s.table_oid = h.inhparent
                        where h.inhrelid = tbl.oid)));
            -- Those that it has already, and their rows, are published by _follow_partitions.
            delete from londiste.partition_structure p where p.queue_name = tbl.queue_name and p.table_name = tbl.name;
        else
            raise warning 'new table "%" is not added to queue "%": %', tbl.name, tbl.queue_name, problem.reason using hint = problem.cure;
            insert into londiste.keyless_table (queue_name, table_oid) select tbl.queue_name, tbl.oid where problem.may_change;
        end if;
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
