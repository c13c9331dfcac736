-- ----------------------------------------------------------------------
-- pgq._row_values(row_text)
--
--     Takes the text form of a row apart. record_out writes the live columns
--     in order, separated by commas, in parentheses. NULL is nothing at all.
--     A value in double quotes has its quotes and backslashes doubled; one
--     without quotes holds none of " \ ( ) , and no blank.
--
-- Parameters:
--     row_text  - what record_out made
-- Result:
--     One element for each live column, NULL for NULL.
-- Note:
--     Backslashes are written E'\\' here: the session may have turned
--     standard_conforming_strings off.
-- Called by:
--     pgq._trigger_event, pgq._trigger_overrides
-- ----------------------------------------------------------------------
create or replace function pgq._row_values(row_text text)
returns text[]
language plpgsql
strict immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    body text := substr(row_text, 2, length(row_text) - 2);
    vals text[] := '{}';
    pieces text[];
    n_pieces integer;
    piece text;
    elems text[];
    n_elems integer;
    elem text;
    pair text;
    prefix text := '';
    k integer := 0;
begin
    if strpos(body, '"') = 0 then
        if body = '' then
            return array[null]::text[];
        end if;
        return string_to_array(body, ',', '');
    end if;

    -- Replace each pair of quotes, from the left, by a string that does not
    -- occur, then cut at the quotes that are left: every second piece was
    -- inside quotes. A run of 2m+1 quotes that opens a value leaves m pairs
    -- *before* the opening quote, so they belong to the piece that follows. A
    -- value of quotes alone leaves only pairs: one of them opened and closed
    -- it.
    pair := chr(1);
    while strpos(body, pair) > 0 loop
        k := k + 1;
        pair := chr(1) || k || chr(2);
    end loop;
    pieces := string_to_array(replace(body, '""', pair), '"');
    n_pieces := array_length(pieces, 1);

    for i in 1 .. n_pieces loop
        piece := pieces[i];
        if i % 2 = 0 then
            -- inside quotes
            vals := array_append(vals, prefix || replace(replace(piece, E'\\\\', E'\\'), pair, '"'));
            prefix := '';
        elsif piece = ',' and i > 1 and i < n_pieces then
            -- two quoted values side by side
            null;
        elsif strpos(piece, pair) = 0 then
            -- Between two quoted values, or before the first, or after the
            -- last: cut off the commas that belong to those.
            if i > 1 then
                piece := substr(piece, 2);
            end if;
            if i < n_pieces then
                piece := left(piece, -1);
            end if;
            if piece <> '' then
                vals := vals || string_to_array(piece, ',', '');
            elsif pieces[i] <> '' then
                -- a single NULL
                vals := array_append(vals, null);
            end if;
        else
            elems := string_to_array(piece, ',');
            n_elems := array_length(elems, 1);
            for k in 1 .. n_elems loop
                elem := elems[k];
                if k = 1 and i > 1 then
                    -- end of the quoted value before
                    continue;
                end if;
                if k = n_elems and i < n_pieces then
                    -- start of the quoted value that follows
                    prefix := replace(elem, pair, '"');
                elsif elem = '' then
                    vals := array_append(vals, null);
                elsif strpos(elem, pair) = 1 then
                    vals := array_append(vals, repeat('"', length(elem) / length(pair) - 1));
                else
                    vals := array_append(vals, elem);
                end if;
            end loop;
        end if;
    end loop;
    return vals;
end;
$$;
