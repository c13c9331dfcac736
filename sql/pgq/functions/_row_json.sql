-- ----------------------------------------------------------------------
-- pgq._row_json(names, kinds, vals, hidden)
--
--     Writes a row as a JSON object without white space. Booleans and
--     smallint, integer, bigint are bare, date and timestamps in the form of ISO 8601,
--     all other types, also json and domains, are strings of their text.
--
-- Parameters:
--     names, kinds, hidden  - columns, as pgq._trigger_context gives them
--     vals                  - their values, from pgq._row_values
-- Result:
--     The text
-- Called by:
--     pgq._trigger_event
-- ----------------------------------------------------------------------
create or replace function pgq._row_json(names text[], kinds text[], vals text[], hidden boolean[])
returns text
language plpgsql
immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    data text := '';
    v text;
begin
    for i in 1 .. cardinality(names) loop
        continue when hidden[i];
        v := vals[i];
        if v is null then
            v := 'null';
        else
            case kinds[i]
                when 'n' then
                    null;
                when 't' then
                    v := case v when 't' then 'true' else 'false' end;
                when 's' then
                    -- only the first blank: another stands before BC
                    v := to_json(regexp_replace(v, ' ', 'T'))::text;
                when 'z' then
                    -- the offset always with minutes
                    v := to_json(regexp_replace(regexp_replace(v, ' ', 'T'),
                        '([+-][0-9][0-9])($| BC)', E'\\1:00\\2'))::text;
                else
                    v := to_json(v)::text;
            end case;
        end if;
        data := data || ',' || to_json(names[i])::text || ':' || v;
    end loop;
    return '{' || substr(data, 2) || '}';
end;
$$;
