-- londiste._named_tables(i_event): the relations that belong to what the command has made, changed or dropped. i_event: sql_drop, ddl_command_end.
-- Of what was dropped only what the stored structures name can be found. Called by: _changed_tables.
create or replace function londiste._named_tables(i_event text)
returns setof oid as $$
begin
    if i_event = 'sql_drop' then
        return query
            select o.objid from pg_catalog.pg_event_trigger_dropped_objects() o where o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objsubid <> 0
            union
            select s.table_oid
            from londiste.table_structure s
            where s.parts && array(select o.objid from pg_catalog.pg_event_trigger_dropped_objects() o
                                   where o.classid in ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_constraint'::pg_catalog.regclass));
        return;
    end if;
    return query
        select c.objid from pg_catalog.pg_event_trigger_ddl_commands() c where c.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        union
        select i.indrelid from pg_catalog.pg_event_trigger_ddl_commands() c join pg_catalog.pg_index i on i.indexrelid = c.objid
        union
        select k.conrelid from pg_catalog.pg_event_trigger_ddl_commands() c join pg_catalog.pg_constraint k on k.oid = c.objid
        where c.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
