-- londiste._drop_unneeded_ddl_triggers(): drops the event triggers when no queue of this database publishes changes of structure any more. Who may not is told, in a notice.
-- Called by: local_set_ddl, ddl_setting_trigger.
create or replace function londiste._drop_unneeded_ddl_triggers()
returns void as $$
begin
    if exists (select 1 from londiste.ddl_setting d where d.mode = 'replicate') then
        return;
    end if;
    if (select t.ret_code from londiste.drop_ddl_triggers() t) >= 400 then
        raise notice 'the event triggers of londiste are no longer needed, and only a superuser may drop them: have one run "select * from londiste.drop_ddl_triggers()" here';
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
