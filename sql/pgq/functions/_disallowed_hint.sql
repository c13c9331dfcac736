-- pgq._disallowed_hint(i_queue_name): what somebody should know whose event was refused because the queue takes none (queue_disable_insert); NULL: nothing is known.
-- pgq_node tells where changes belong, if it is there. Reads with the transaction's snapshot. Called by: insert_event_raw and the triggers, when they refuse.
create or replace function pgq._disallowed_hint(i_queue_name text)
returns text as $$
declare
    hint    text;
begin
    if has_function_privilege(to_regprocedure('pgq_node._where_to_write(text)'), 'execute') then
        execute 'select pgq_node._where_to_write($1)' into hint using i_queue_name;
    end if;
    return hint;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
