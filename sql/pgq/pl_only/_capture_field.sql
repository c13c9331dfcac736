-- ----------------------------------------------------------------------
-- pgq._capture_field(i_row, i_name, i_kind, i_type)
--
--     The expression for "name=value" of a column, or the name alone where it is NULL, as pgq._row_urlencoded writes them.
--
--     Values are written by the type's output function: format() uses that, and a cast could find one of the user's. Whether one is NULL is asked by
--     num_nulls: a composite value whose fields are all NULL "is null" as well.
--
-- Parameters:
--     i_row                   - name of the row
--     i_name, i_kind, i_type  - of the column, as pgq._trigger_context gives them
-- Called by:
--     pgq._capture_function
-- ----------------------------------------------------------------------
create or replace function pgq._capture_field(i_row text, i_name text, i_kind text, i_type oid)
returns text
language plpgsql
stable
set quote_all_identifiers = 'off'
set search_path = pg_catalog, pg_temp
as $$
declare
    col     text := i_row || '.' || quote_ident(i_name);
    val     text := format('pg_catalog.format(''%%s'', %s)', col);
    encoded text := pgq._urlencode(i_name);
begin
    if i_kind in ('n', 't', 'u') or i_type = 1700 then
        null;
    elsif i_kind = 'x' then
        val := format('''%%5c'' operator(pg_catalog.||) pg_catalog.substr(%s, 2)', val);
    elsif i_kind in ('s', 'd', 'z') then
        val := format('pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(%s, ''+'', ''%%2b''), '' '', ''+''), '':'', ''%%3a'')', val);
    elsif i_type in (25, 1043) then
        -- Collation "C": regular expressions and replace() refuse some of the columns' own.
        val := format('(%s::pg_catalog.text collate pg_catalog."C")', col);
        val := format('case when %1$s operator(pg_catalog.~) ''[^A-Za-z0-9_. -]'' then pgq._urlencode(%1$s) else pg_catalog.replace(%1$s, '' '', ''+'') end', val);
    elsif i_kind = 'e' and not exists (select 1 from pg_catalog.pg_type where oid = i_type and typtype = 'e') then
        val := format('pgq._urlencode(pgq._row_text(%s))', col);
    else
        val := format('pgq._urlencode(%s)', val);
    end if;
    return format('case when pg_catalog.num_nulls(%s) operator(pg_catalog.=) 1 then %L else %L operator(pg_catalog.||) %s end', col, encoded, encoded || '=', val);
end;
$$;
