-- ----------------------------------------------------------------------
-- pgq._event_table_nr(i_queue_id, i_tables)
--
--     Which event table of a queue is the current one, or lately was: a hint, which costs nothing for each event.
--
--     It is declared immutable, which it is not: where the arguments are constants PostgreSQL asks once, when it makes a session's plan, and again
--     when one of these tables changes, as each does that a rotation empties. Whoever uses the answer looks into pgq.queue as well.
--
-- Parameters:
--     i_tables  - all event tables of the queue, as constants: the plan depends on them
-- Result:
--     The number; NULL when there is no such queue.
-- Called by:
--     the functions that pgq._store_function describes
-- ----------------------------------------------------------------------
create or replace function pgq._event_table_nr(i_queue_id integer, i_tables regclass[])
returns integer
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    -- _newest_event_table_nr is volatile: what it reads is of now, and not of the start of the writer's statement.
    return pgq._newest_event_table_nr(i_queue_id);
end;
$$;
