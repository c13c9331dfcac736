-- ----------------------------------------------------------------------
-- pgq._store_function(i_queue_name)
--
--     Describes the function that stores the events of prepared captures in one queue: as insert_event_raw does, but with statements that name the event
--     tables, so that a session plans them once. Reading pgq.queue and writing the event are one statement: its locks are taken before its snapshot,
--     so that who closes the queue and then waits for the table's lock is noticed without a second look.
--
--     The function's result is the event's id, or NULL when it stored nothing: a rotation that it did not know of, a queue that takes no events or counts
--     them. pgq.insert_event then does it, or tells why not.
--
-- Parameters:
--     i_queue_name  - name of the queue
-- Result (OUT parameters):
--     name        - name of the function, in schema pgq; it holds a sum of the definition, so what is there under that name is right
--     definition  - statement that makes it
--     Both are NULL when there is no such queue, or when its events are counted (queue_per_tx_limit).
-- Called by:
--     pgq._capture_functions
-- ----------------------------------------------------------------------
create or replace function pgq._store_function(i_queue_name text, out name text, out definition text)
language plpgsql
stable
set quote_all_identifiers = 'off'
set search_path = pg_catalog, pg_temp
as $$
declare
    q       record;
    inserts text := '';
    tables  text := '';
    tbl     text;
begin
    select queue_id, queue_ntables, queue_data_pfx, queue_event_seq into q
        from pgq.queue where queue_name = i_queue_name and queue_per_tx_limit is null;
    if not found then
        return;
    end if;
    for nr in 0 .. q.queue_ntables - 1 loop
        tbl := pgq.quote_fqname(q.queue_data_pfx || '_' || nr);
        tables := tables || case nr when 0 then '' else ', ' end || quote_literal(tbl) || '::pg_catalog.regclass';
        inserts := inserts || case nr when 0 then E'    if nr = ' else '    elsif nr = ' end || nr || E' then\n        insert into ' || tbl
            || E' (ev_id, ev_time, ev_txid, ev_type, ev_data, ev_extra1, ev_extra2)\n            select id, now(), txid, $1, $2, $3, $4 from pgq.queue'
               '\n            where queue_id = ' || q.queue_id || ' and queue_name = ' || quote_literal(i_queue_name)
            || ' and queue_cur_table = ' || nr || E'\n                and not queue_disable_insert and queue_per_tx_limit is null;\n';
    end loop;
    -- The transaction id is assigned first, and the sequence moves before the event table is locked: see insert_event_raw and drop_queue.
    definition := '(pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) returns bigint language plpgsql'
        ' security definer set search_path = pg_catalog, pg_temp as ' || quote_literal(
        E'\ndeclare\n    txid bigint := txid_current();\n    id bigint := nextval(' || quote_literal(pgq.quote_fqname(q.queue_event_seq)) || E');\n'
        '    nr integer := pgq._event_table_nr(' || q.queue_id || ', array[' || tables || E']);\nbegin\n'
        || inserts || E'    end if;\n    if found then\n        return id;\n    end if;\n    return null;\nend;\n');
    name := '_store_' || q.queue_id || '_' || md5(definition);
    definition := 'create function pgq.' || name || definition;
end;
$$;
