-- londiste.ddl_setting_trigger(): with the last queue that publishes changes of structure go the event triggers; also when a whole node goes.
create or replace function londiste.ddl_setting_trigger()
returns trigger as $$
begin
    perform londiste._drop_unneeded_ddl_triggers();
    return null;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
