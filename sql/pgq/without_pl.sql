-- What the PL/pgSQL form needs and this one does not: after a change from one to the other it must not stay behind. Re-runnable.
do $$
declare
    f   regprocedure;
begin
    for f in
        select oid from pg_catalog.pg_proc
        where pronamespace = 'pgq'::regnamespace
            and (proname ~ '^_(store|capture)_[0-9]+_[0-9a-f]{32}$'
                or proname in ('prepare_captures', '_prepare_function', '_prepared_captures', '_captures_of', '_captures_may_have_changed', '_capture_functions', '_capture_function', '_capture_field',
                               '_store_function', '_trigger_argv', '_row_table', '_event_table_nr', '_newest_event_table_nr'))
    loop
        execute pg_catalog.format('drop function %s', f);
    end loop;
end;
$$;
