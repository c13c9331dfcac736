-- londiste._run_dropped_ddl(i_table, i_ddl): makes again what a copy had dropped of a table. Called by: _settle_dropped_ddl.
--
-- Our copies store statements whose names are all qualified. SkyTools stored them as they read under the path of its session: where a name is not found
-- as it stands, it is looked for in the table's schema and in public, after those of the server.
create or replace function londiste._run_dropped_ddl(i_table text, i_ddl text)
returns void as $$
begin
    begin
        execute i_ddl;
        return;
    exception
        when undefined_table or undefined_function or undefined_object then
            null;
    end;
    perform set_config('search_path', format('pg_catalog, %I, public, pg_temp', (londiste.split_fqname(i_table)).schema_part), true);
    execute i_ddl;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
