-- ----------------------------------------------------------------------
-- pgq.prepare_captures(i_table), pgq.prepare_captures()
--
--     Makes what the triggers of a table, or of all tables, can use to publish rows several times faster, see pgq._capture_functions; for all tables also
--     drops what none can use any more, after changes of tables, triggers and queues. Each does nothing while another is at it: maintenance comes again.
--
--     Nothing has to call it: without, or after a change of a table until the next call, triggers go their general way.
--
-- Parameters:
--     i_table  - the table
-- Result:
--     0
-- Called by:
--     pgqd's maintenance, londiste.create_trigger
-- ----------------------------------------------------------------------
create or replace function pgq.prepare_captures(i_table oid)
returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    f   record;
begin
    if not pg_try_advisory_xact_lock('pgq'::regnamespace::oid::integer, 'pgq.logutriga()'::regprocedure::oid::integer) then
        return 0;
    end if;
    for f in select * from pgq._capture_functions(i_table) loop
        perform pgq._prepare_function(f.store, f.store_definition);
        perform pgq._prepare_function(f.capture, f.capture_definition);
    end loop;
    return 0;
end;
$$;

create or replace function pgq.prepare_captures()
returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    wanted  text[] := '{}';
    tbl     oid;
    f       record;
begin
    if not pg_try_advisory_xact_lock('pgq'::regnamespace::oid::integer, 'pgq.logutriga()'::regprocedure::oid::integer) then
        return 0;
    end if;
    -- For _captures_may_have_changed: what is not yet visible has at least this transaction id.
    execute format('comment on function pgq.prepare_captures() is %L', 'seen: ' || txid_snapshot_xmin(txid_current_snapshot()));
    for tbl in select distinct tgrelid from pg_catalog.pg_trigger where tgfoid = 'pgq.logutriga()'::regprocedure order by 1 loop
        for f in select * from pgq._capture_functions(tbl) loop
            perform pgq._prepare_function(f.store, f.store_definition);
            perform pgq._prepare_function(f.capture, f.capture_definition);
            wanted := wanted || array[f.store, f.capture];
        end loop;
    end loop;
    for f in
        select p.oid::regprocedure::text as signature from pg_catalog.pg_proc p
        where p.pronamespace = 'pgq'::regnamespace and p.proname ~ '^_(store|capture)_[0-9]+_[0-9a-f]{32}$' and p.proname <> all (wanted)
        order by p.proname
    loop
        -- Unless drop_queue was quicker.
        execute format('drop function if exists %s', f.signature);
    end loop;
    return 0;
end;
$$;
