-- ----------------------------------------------------------------------
-- pgq._row_check(r, names, types)
--
--     Makes sure that the column list read from the catalog belongs to the
--     row. In a repeatable read or serializable transaction the catalog is
--     read as of the transaction's snapshot, but the row has the columns the
--     table has now: after a concurrent ALTER TABLE values would get the names
--     of other columns.
--
-- Parameters:
--     r      - the row
--     names  - names of the live columns, in order
--     types  - their types
-- Errors:
--     serialization_failure, the transaction is to be repeated
-- Called by:
--     the change-capture triggers in transactions with a fixed snapshot
-- ----------------------------------------------------------------------
create or replace function pgq._row_check(r anyelement, names text[], types oid[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    live_names text[];
    live_types oid[] := '{}';
begin
    live_names := array(select json_object_keys(row_to_json(r)));
    if live_names is not distinct from names then
        if names <> '{}' then
            execute 'select array['
                    || (select string_agg(format('pg_catalog.pg_typeof(($1).%I)', n), ', ')
                        from unnest(names) n)
                    || ']::pg_catalog.oid[]'
            into live_types using r;
        end if;
        if live_types is not distinct from types then
            return;
        end if;
    end if;
    raise exception using
        errcode = 'serialization_failure',
        message = 'could not serialize access due to concurrent change of a table definition';
end;
$$;
