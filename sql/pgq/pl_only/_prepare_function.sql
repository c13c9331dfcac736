-- pgq._prepare_function(i_name, i_definition): makes a function of schema pgq, if it is not there, for those who may publish. Called by: prepare_captures.
create or replace function pgq._prepare_function(i_name text, i_definition text)
returns void as $$
declare
    signature   regprocedure;
begin
    if exists (select 1 from pg_catalog.pg_proc where pronamespace = 'pgq'::regnamespace and proname = i_name) then
        return;
    end if;
    execute i_definition;
    select oid into signature from pg_catalog.pg_proc where pronamespace = 'pgq'::regnamespace and proname = i_name;
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to pgq_writer, pgq_admin', signature);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
