-- londiste.create_ddl_triggers(): makes the event triggers that publish changes of structure. A superuser's work.
-- 200 Event triggers created; 100 Event triggers exist; 403 only a superuser may create event triggers.
-- Called by: set_ddl, local_set_ddl, people after a takeover.
create or replace function londiste.create_ddl_triggers(out ret_code int4, out ret_note text)
as $$
declare
    made    boolean := false;
    ev      text;
begin
    foreach ev in array array['sql_drop', 'table_rewrite', 'ddl_command_end'] loop
        continue when exists (
            select 1 from pg_catalog.pg_event_trigger t
            where t.evtevent = ev and t.evtfoid = 'londiste.ddl_trigger()'::pg_catalog.regprocedure and t.evtenabled in ('O', 'A'));
        if not (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) then
            select 403, 'only a superuser may create event triggers' into ret_code, ret_note;
            return;
        end if;
        execute pg_catalog.format('drop event trigger if exists %I', '_londiste_' || ev);
        execute pg_catalog.format('create event trigger %I on %s execute function londiste.ddl_trigger()', '_londiste_' || ev, ev);
        made := true;
    end loop;
    select case when made then 200 else 100 end, case when made then 'Event triggers created' else 'Event triggers exist' end into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
