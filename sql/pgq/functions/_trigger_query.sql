-- ----------------------------------------------------------------------
-- pgq._trigger_query(expr, names)
--
--     Rewrites the expression of a trigger argument (when=, ev_type=, ..) so
--     that column names stand for the values of a row: each unquoted or quoted
--     word that equals a column name becomes ($1).name. Strings, comments and
--     dotted names stay. So does a word where no value can stand: before an
--     opening parenthesis or a string, after "::" or "as".
--
-- Parameters:
--     expr   - the expression, what may follow "select"
--     names  - column names
-- Result:
--     The expression with the row as parameter $1.
-- Errors:
--     QB: syntax error  - an unterminated string, name or comment, or a
--                         parameter $n
-- Called by:
--     pgq._trigger_overrides
-- ----------------------------------------------------------------------
create or replace function pgq._trigger_query(expr text, names text[])
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    rest text collate "C" := expr;
    escapes boolean := not current_setting('standard_conforming_strings', true)::boolean;
    -- Characters of a word: what is not another character of ASCII.
    first_char text := E'[^\\x01-\\x40\\x5b-\\x5e\\x60\\x7b-\\x7f]';
    next_char text := E'[^\\x01-\\x23\\x25-\\x2f\\x3a-\\x40\\x5b-\\x5e\\x60\\x7b-\\x7f]';
    tag_char text := E'[^\\x01-\\x2f\\x3a-\\x40\\x5b-\\x5e\\x60\\x7b-\\x7f]';
    tokens text[] := '{}';
    -- w: word that may be a column, s: space or comment, q: string, o: other
    kinds text[] := '{}';
    token text collate "C";
    kind text;
    word text;
    depth integer;
    prev integer;
    next integer;
begin
    while rest <> '' loop
        token := null;
        kind := 'o';
        if rest ~ E'^\\s' then
            kind := 's';
            token := substring(rest from E'^\\s+');
        elsif starts_with(rest, '--') then
            kind := 's';
            token := substring(rest from E'^[^\\r\\n]*');
        elsif starts_with(rest, '/*') then
            kind := 's';
            depth := 0;
            token := '';
            loop
                -- up to and with the next start or end of a comment
                word := substring(substr(rest, length(token) + 1) from E'^.*?(?:/\\*|\\*/)');
                if word is null then
                    raise exception 'QB: syntax error';
                end if;
                token := token || word;
                depth := depth + case right(word, 2) when '/*' then 1 else -1 end;
                exit when depth = 0;
            end loop;
        elsif rest ~ E'^(?:[eE]?''|[bBxXnN]''|[uU]&'')' then
            kind := 'q';
            if rest ~ '^[eE]' or (escapes and rest ~ '^[nN]?''') then
                token := substring(rest from E'^[eEnN]?''(?:[^''\\\\]|''''|\\\\.)*''');
            else
                token := substring(rest from '^(?:[bBxXnN]|[uU]&)?''(?:[^'']|'''')*''');
            end if;
        elsif rest ~ '^[uU]&"' then
            token := substring(rest from '^[uU]&"(?:[^"]|"")*"');
        elsif starts_with(rest, '"') then
            kind := 'w';
            token := substring(rest from '^"(?:[^"]|"")*"');
        elsif rest ~ ('^' || first_char) then
            kind := 'w';
            token := substring(rest from '^' || next_char || '+');
        elsif starts_with(rest, '$') then
            kind := 'q';
            word := substring(rest from E'^\\$(?:' || first_char || tag_char || E'*)?\\$');
            depth := strpos(substr(rest, length(word) + 1), word);
            if depth > 0 then
                token := left(rest, depth - 1 + 2 * length(word));
            end if;
        elsif rest ~ E'^\\.?[0-9]' then
            token := substring(rest from E'^[0-9]*\\.?[0-9]*(?:[eE][+-]?[0-9]+)?');
        elsif starts_with(rest, '::') then
            token := '::';
        else
            token := left(rest, 1);
        end if;
        if token is null then
            raise exception 'QB: syntax error';
        end if;
        tokens := array_append(tokens, token::text);
        kinds := array_append(kinds, kind);
        rest := substr(rest, length(token) + 1);
    end loop;

    for i in 1 .. cardinality(tokens) loop
        continue when kinds[i] <> 'w';
        token := tokens[i];
        if starts_with(token, '"') then
            word := replace(substr(token, 2, length(token) - 2), '""', '"');
        else
            -- collation "C": folds ASCII alone, as the server does in UTF-8
            word := lower(token);
        end if;
        continue when word <> all (names);

        prev := i - 1;
        while kinds[prev] = 's' loop
            prev := prev - 1;
        end loop;
        next := i + 1;
        while kinds[next] = 's' loop
            next := next + 1;
        end loop;
        continue when tokens[prev] in ('.', '::') or lower(tokens[prev]) = 'as'
            or tokens[next] in ('.', '(') or kinds[next] = 'q';
        tokens[i] := '($1).' || quote_ident(word);
        kinds[i] := 'o';
    end loop;
    return array_to_string(tokens, '');
end;
$$;
