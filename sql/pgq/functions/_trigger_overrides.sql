-- ----------------------------------------------------------------------
-- pgq._trigger_overrides(exprs, names, r)
--
--     Evaluates the expressions of the trigger arguments for a row. They run
--     with the caller's settings and search_path, and may not change data;
--     their values are written under fixed settings, as all values.
--
-- Parameters:
--     exprs  - expressions for type, data, extra1..4 and when, NULL where there is none
--     names  - column names
--     r      - the new row; for DELETE the old one
-- Result:
--     Their values, in the same places; when= gives 't' or 'f'.
-- Errors:
--     Expect 1 row from override query, got %
--     when= query result must be boolean, got=%
--     when= should not be NULL
-- Called by:
--     the change-capture triggers
-- Note:
--     Has no search_path of its own, for the expressions: every other name and operator is qualified.
-- ----------------------------------------------------------------------
create or replace function pgq._trigger_overrides(exprs text[], names text[], r anyelement)
returns text[]
language plpgsql
stable
as $$
declare
    result pg_catalog.text[] := pg_catalog.array_fill(null::pg_catalog.text, array[7]);
    val pg_catalog.record;
    n_rows bigint;
    vals pg_catalog.text[];
begin
    for i in 1 .. 7 loop
        continue when exprs[i] is null;
        n_rows := 0;
        for val in execute
            pg_catalog.format(E'select q._pgq_value, pg_catalog.pg_typeof(q._pgq_value)::pg_catalog.oid from (select %s\n) as q (_pgq_value)',
                pgq._trigger_query(exprs[i], names))
            using r
        loop
            n_rows := n_rows operator(pg_catalog.+) 1;
            if n_rows operator(pg_catalog.=) 1 then
                vals := pgq._row_values(pgq._row_text(val));
            end if;
        end loop;
        if n_rows operator(pg_catalog.<>) 1 then
            raise exception 'Expect 1 row from override query, got %', n_rows;
        end if;
        if i operator(pg_catalog.=) 7 then
            if vals[2] operator(pg_catalog.<>) '16' then
                raise exception 'when= query result must be boolean, got=%', vals[2];
            end if;
            if vals[1] is null then
                raise exception 'when= should not be NULL';
            end if;
        end if;
        result[i] := vals[1];
    end loop;
    return result;
end;
$$;
