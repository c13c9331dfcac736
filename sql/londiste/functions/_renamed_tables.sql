-- londiste._renamed_tables(): replicated tables to which the command has given another name, by themselves or with their schema. Those that had got one before are not among
-- them: rows that came under it since are lost to other nodes, and that is to be seen. Called by: _follow_tables.
create or replace function londiste._renamed_tables()
returns setof oid as $$
    with commands as materialized (
        select c.classid, c.objid, c.command_tag from pg_catalog.pg_event_trigger_ddl_commands() c
    ), named (oid) as (
        select c.objid from commands c where c.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.command_tag = 'ALTER TABLE'
        union
        select r.oid
        from commands c
        join pg_catalog.pg_class r on r.relnamespace = c.objid
        where c.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and c.command_tag = 'ALTER SCHEMA'
    )
    select distinct named.oid
    from named
    join londiste.table_structure s on s.table_oid = named.oid
    join londiste.table_info i on i.queue_name = s.queue_name and i.table_name = s.table_name
    join lateral jsonb_to_recordset(s.structure) t (kind text, def jsonb) on t.kind = 'table'
    where (t.def ->> 'schema') || '.' || (t.def ->> 'name') = coalesce(i.dest_table, i.table_name);
$$ language sql set search_path = pg_catalog, pg_temp;
