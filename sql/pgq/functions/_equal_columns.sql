-- ----------------------------------------------------------------------
-- pgq._equal_columns(old_row, new_row, cols)
--
--     Tells which columns are equal in both rows although their texts differ,
--     as numeric 1.0 and 1.00 or citext 'a' and 'A': compares with the default
--     equality operator of the type and the collation of the column. Arrays,
--     and types without such an operator, are equal only when their text is.
--
-- Parameters:
--     old_row, new_row  - rows of one table
--     cols              - names of columns, in both rows not NULL and of different text
-- Result:
--     The names of those that are equal; an empty array when there are none.
-- Called by:
--     the change-capture triggers
-- ----------------------------------------------------------------------
create or replace function pgq._equal_columns(old_row anyelement, new_row anyelement, cols text[])
returns text[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    col text;
    type_oid oid;
    same boolean;
    equal text[] := '{}';
begin
    foreach col in array cols loop
        execute format('select pg_catalog.pg_typeof(($1).%I)', col) into type_oid using new_row;
        continue when exists (
            select 1 from pg_catalog.pg_type t
            where t.oid = type_oid and t.typcategory = 'A');
        begin
            -- record_eq takes operators and collations from the type cache. An
            -- "=" would be looked for in the caller's search_path.
            execute format('select pg_catalog.record_eq(row(($1).%1$I), row(($2).%1$I))', col)
            into same using old_row, new_row;
        exception
            when undefined_function then
                same := false;
        end;
        if same then
            equal := array_append(equal, col);
        end if;
    end loop;
    return equal;
end;
$$;
