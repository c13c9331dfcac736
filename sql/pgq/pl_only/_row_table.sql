-- pgq._row_table(r): the table of a row, for expressions that ask with a constant: in a plan it stays as a constant of type regclass, and the plan depends on that
-- table. Immutable for the same reason as _prepared_captures. Called by: logutriga.
create or replace function pgq._row_table(r anyelement)
returns regclass as $$
begin
    return (select typrelid::regclass from pg_catalog.pg_type where oid = pg_typeof(r)::oid);
end;
$$ language plpgsql immutable set search_path = pg_catalog, pg_temp;
