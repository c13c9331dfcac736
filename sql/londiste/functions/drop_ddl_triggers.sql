-- londiste.drop_ddl_triggers(): drops the event triggers that publish changes of structure. A superuser's work.
-- 200 Event triggers dropped; 100 There are no event triggers; 403 only a superuser may drop event triggers.
-- Called by: _drop_unneeded_ddl_triggers, people.
create or replace function londiste.drop_ddl_triggers(out ret_code int4, out ret_note text)
as $$
declare
    ev  name;
begin
    select 100, 'There are no event triggers' into ret_code, ret_note;
    for ev in
        select t.evtname from pg_catalog.pg_event_trigger t where t.evtfoid = 'londiste.ddl_trigger()'::pg_catalog.regprocedure
    loop
        if not (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) then
            select 403, 'only a superuser may drop event triggers' into ret_code, ret_note;
            return;
        end if;
        execute pg_catalog.format('drop event trigger %I', ev);
        select 200, 'Event triggers dropped' into ret_code, ret_note;
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
