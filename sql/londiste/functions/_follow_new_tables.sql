-- londiste._follow_new_tables(): new tables whose name the setting wants, or that replace one that was dropped in the same transaction, are added to the queue and made on all nodes.
-- One that cannot be added is left alone, with a warning. Locks: see local_add_table. Called by: _follow_tables.
create or replace function londiste._follow_new_tables()
returns void as $$
declare
    tbl     record;
    added   record;
begin
    for tbl in
        select d.queue_name, n.node_name, d.options, r.oid, r.relkind, sn.nspname || '.' || r.relname as name, pg_catalog.pg_get_userbyid(r.relowner) as owner,
               pg_catalog.pg_get_userbyid(sn.nspowner) as schema_owner, pg_catalog.pg_relation_size(r.oid) > 0 as has_rows
        from (select distinct c.objid
              from pg_catalog.pg_event_trigger_ddl_commands() c
              where c.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.command_tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO') and not c.in_extension) c
        join pg_catalog.pg_class r on r.oid = c.objid and r.relkind in ('r', 'p') and r.relpersistence = 'p' and not r.relispartition
        join pg_catalog.pg_namespace sn on sn.oid = r.relnamespace
        cross join londiste.ddl_setting d
        join pgq_node.node_info n on n.queue_name = d.queue_name and n.node_type = 'root'
        where d.mode = 'replicate'
            and not exists (select 1 from londiste.table_info i where i.queue_name = d.queue_name and i.table_name = sn.nspname || '.' || r.relname)
        order by d.queue_name, r.oid
    loop
        continue when not (londiste._is_wanted(tbl.name, tbl.options -> 'tables') or londiste._was_dropped(tbl.queue_name, tbl.node_name, tbl.name));
        added := null;
        select 400 as ret_code, w.reason as ret_note, w.cure into added from londiste._why_not_new(tbl.oid) w;
        if added.ret_note is null then
            select a.ret_code, a.ret_note, null as cure into added from londiste.local_add_table(tbl.queue_name, tbl.name) a;
            if added.ret_code >= 400 then
                raise exception 'new table "%" cannot be added to queue "%": %', tbl.name, tbl.queue_name, added.ret_note;
            end if;
            perform londiste._publish_list_script(tbl.queue_name, 'need-function=' || pgq._urlencode('londiste.local_create_table(6)'), tbl.node_name, pg_catalog.format(
                'select * from londiste.local_create_table(%L, %L, %L, %L, %L, %L);', tbl.queue_name, tbl.name, tbl.owner, tbl.schema_owner, tbl.has_rows,
                londiste._structure_of(tbl.oid) || (select coalesce(pg_catalog.jsonb_agg(d), '[]') from londiste.describe_table(tbl.oid) d where d.kind = 'sequence')));
        else
            raise warning 'new table "%" is not added to queue "%": %', tbl.name, tbl.queue_name, added.ret_note using hint = added.cure;
        end if;
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
