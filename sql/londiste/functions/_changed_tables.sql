-- londiste._changed_tables(i_event): the relations that the command may have changed which an event trigger is fired for. i_event: sql_drop, ddl_command_end.
-- Those that it names, and what inherits from them. Called by: _follow_ddl.
create or replace function londiste._changed_tables(i_event text)
returns setof oid as $$
begin
    return query
        with recursive changed (oid) as (
            select n.oid from londiste._named_tables(i_event) n (oid)
            -- what inherits from them
            union select h.inhrelid from pg_catalog.pg_inherits h join changed c on c.oid = h.inhparent)
        select c.oid from changed c;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
