-- londiste.ddl_trigger(): event trigger on sql_drop, table_rewrite and ddl_command_end; publishes changes of replicated tables, see _follow_ddl, _follow_types,
-- _follow_partitions and _follow_grants.
-- Has no search_path of its own, as it hands on the session's: every name is qualified. Made by: create_ddl_triggers.
create or replace function londiste.ddl_trigger()
returns pg_catalog.event_trigger as $$
declare
    context pg_catalog.text;
    part    record;
begin
    if TG_EVENT operator(pg_catalog.=) 'table_rewrite' then
        -- What new types of columns rewrite; see _untold_using.
        if pg_catalog.pg_event_trigger_table_rewrite_reason() operator(pg_catalog.&) 4 operator(pg_catalog.<>) 0 then
            perform pg_catalog.set_config('londiste.rewritten', pg_catalog.concat_ws(' ',
                pg_catalog.current_setting('londiste.rewritten', true), pg_catalog.pg_event_trigger_table_rewrite_oid()), true);
        end if;
        return;
    end if;
    get diagnostics context = pg_context;
    perform londiste._follow_ddl(TG_EVENT, context, pg_catalog.jsonb_build_object(
        'search_path', pg_catalog.current_setting('search_path'), 'timezone', pg_catalog.current_setting('timezone'),
        'datestyle', pg_catalog.current_setting('datestyle'), 'intervalstyle', pg_catalog.current_setting('intervalstyle'),
        'extra_float_digits', pg_catalog.current_setting('extra_float_digits'), 'bytea_output', pg_catalog.current_setting('bytea_output'),
        'lc_monetary', pg_catalog.current_setting('lc_monetary')));
    if TG_EVENT operator(pg_catalog.=) 'ddl_command_end' then
        perform londiste._follow_types();
    end if;
    for part in select * from londiste._follow_partitions(TG_EVENT) loop
        perform londiste._publish_rows(part.queue_name, part.part);
    end loop;
    if TG_EVENT operator(pg_catalog.=) 'ddl_command_end' then
        perform londiste._follow_grants();
        perform pg_catalog.set_config('londiste.rewritten', '', true);
    end if;
end;
$$ language plpgsql;
