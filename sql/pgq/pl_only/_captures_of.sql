-- pgq._captures_of(i_table): the captures that are prepared for the triggers of a table now: name of the trigger -> [oid of the function, statement that calls it, table whose
-- name is published instead of the trigger's own, or null]. Volatile, so it looks with a new snapshot; with its owner's rights, for writers who may not read pgq.queue.
-- An error is no reason to refuse a row that the general way would publish: then nothing is prepared. Called by: _prepared_captures.
create or replace function pgq._captures_of(i_table oid)
returns jsonb as $$
begin
    -- Somebody else's insert_event gets all events.
    if not exists (
        select 1 from pg_catalog.pg_proc
        where oid = 'pgq.insert_event(text,text,text,text,text,text,text)'::regprocedure
            and btrim(regexp_replace(prosrc, E'\\s+', ' ', 'g')) = 'begin return pgq.insert_event_raw(queue_name, null, pg_catalog.now(), null, null,'
                ' ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4); end;')
    then
        return null;
    end if;
    return (
        select jsonb_object_agg(f.trigger_name, jsonb_build_array(p.oid::bigint, format('select pgq.%I($1, $2, $3, $4)', f.capture), f.parent::bigint))
        from pgq._capture_functions(i_table) f
        join pg_catalog.pg_proc p on p.proname = f.capture and p.pronamespace = 'pgq'::regnamespace
        where exists (select 1 from pg_catalog.pg_proc s where s.proname = f.store and s.pronamespace = 'pgq'::regnamespace));
exception
    when others then
        return null;
end;
$$ language plpgsql volatile security definer set search_path = pg_catalog, pg_temp;
