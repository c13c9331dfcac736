-- londiste.periodic_maintenance(): forgets executed scripts after three months. Returns 0. Called by pgqd through pgq.maint_operations.
create or replace function londiste.periodic_maintenance()
returns integer as $$
begin
    delete from londiste.applied_execute where execute_time < now() - interval '3 months';
    return 0;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
