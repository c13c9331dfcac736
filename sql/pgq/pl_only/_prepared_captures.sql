-- ----------------------------------------------------------------------
-- pgq._prepared_captures(r)
--
--     The captures that are prepared for the triggers of a row's table, see pgq._captures_of. A trigger function asks with a NULL of the row's type that
--     PostgreSQL knows when it plans: "case when false then NEW end".
--
--     It is declared immutable, which it is not: so the answer becomes part of the session's plan for that trigger, where nobody can write, and costs nothing for each row. The
--     plan is made anew when the table changes, since pgq._row_table in the same expression makes it depend on that, when pgq.insert_event changes, since the
--     expression names it, and when the search_path does. A capture that is prepared later is used from then on at the latest.
--
--     Not to be asked in a transaction with a fixed snapshot: others that follow would get that answer.
--
-- Parameters:
--     r  - NULL of the table's row type
-- Called by:
--     pgq.logutriga
-- ----------------------------------------------------------------------
create or replace function pgq._prepared_captures(r anyelement)
returns jsonb
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    return pgq._captures_of((select typrelid from pg_catalog.pg_type where oid = pg_typeof(r)::oid));
end;
$$;
