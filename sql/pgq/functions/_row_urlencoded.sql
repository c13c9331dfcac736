-- ----------------------------------------------------------------------
-- pgq._row_urlencoded(names, kinds, vals, hidden)
--
--     Writes a row as name=value&name=value. NULL is the name alone.
--
-- Parameters:
--     names, kinds, hidden  - columns, as pgq._trigger_context gives them
--     vals                  - their values, from pgq._row_values
-- Result:
--     The text; empty when no column is left.
-- Called by:
--     pgq._trigger_event
-- ----------------------------------------------------------------------
create or replace function pgq._row_urlencoded(names text[], kinds text[], vals text[], hidden boolean[])
returns text
language plpgsql
immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    plain_names boolean := array_to_string(names, '') !~ '[^A-Za-z0-9_.-]';
    data text := '';
    v text;
    kind text;
begin
    for i in 1 .. cardinality(names) loop
        continue when hidden[i];
        data := data || case when plain_names then '&' || names[i]
                             else '&' || pgq._urlencode(names[i]) end;
        v := vals[i];
        if v is not null then
            kind := kinds[i];
            -- Most kinds have few characters that need encoding, known beforehand.
            if kind in ('n', 't', 'u') then
                data := data || '=' || v;
            elsif kind = 'x' then
                data := data || '=%5c' || substr(v, 2);
            elsif kind in ('s', 'd', 'z') then
                data := data || '=' || replace(replace(replace(v, '+', '%2b'), ' ', '+'), ':', '%3a');
            elsif v !~ '[^A-Za-z0-9_. -]' then
                data := data || '=' || replace(v, ' ', '+');
            else
                data := data || '=' || pgq._urlencode(v);
            end if;
        end if;
    end loop;
    return substr(data, 2);
end;
$$;
