-- londiste._sql_tokens(i_text): the words, names, literals and signs of SQL text, in order, without comments and white space.
--
-- kind   word (as written; not quoted), name (quoted; without its quotes), literal, sign (a single character)
-- at, length  in characters, from 1
-- Called by: _using_expression, _with_using, _renamed_expression.
create or replace function londiste._sql_tokens(
    in i_text text,
    out nr integer, out kind text, out token text, out at integer, out length integer)
returns setof record as $$
declare
    rest    text := i_text;
    found   text;
    tag     text;
    depth   integer;
begin
    nr := 0;
    at := 1;
    while rest <> '' loop
        kind := null;
        found := substring(rest from '^(?:\s+|--[^\n]*)+');
        if found is null and starts_with(rest, '/*') then
            -- they nest
            depth := 1;
            found := '/*';
            while depth > 0 loop
                tag := substring(substr(rest, char_length(found) + 1) from '^(?:[^/*]|/(?!\*)|\*(?!/))*(?:/\*|\*/)');
                if tag is null then
                    return;
                end if;
                found := found || tag;
                depth := depth + case when tag like '%/*' then 1 else -1 end;
            end loop;
        end if;
        if found is null then
            found := substring(rest from '^[eE]''(?:[^''\\]|\\.|'''')*''');
            found := coalesce(found, substring(rest from '^(?:[bBxXnN]|[uU]&)?''(?:[^'']|'''')*'''));
            tag := substring(rest from '^\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$');
            if found is null and tag is not null and strpos(substr(rest, char_length(tag) + 1), tag) > 0 then
                found := substr(rest, 1, strpos(substr(rest, char_length(tag) + 1), tag) - 1 + 2 * char_length(tag));
            end if;
            if found is not null then
                kind := 'literal';
                token := found;
            end if;
        end if;
        if found is null then
            found := substring(rest from '^"(?:[^"]|"")+"');
            if found is not null then
                kind := 'name';
                token := replace(substr(found, 2, char_length(found) - 2), '""', '"');
            end if;
        end if;
        if found is null then
            found := substring(rest from '^[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*');
            if found is not null then
                kind := 'word';
                token := found;
            end if;
        end if;
        if found is null then
            kind := 'sign';
            found := substr(rest, 1, 1);
            token := found;
        end if;
        length := char_length(found);
        if kind is not null then
            nr := nr + 1;
            return next;
        end if;
        at := at + length;
        rest := substr(rest, length + 1);
    end loop;
end;
$$ language plpgsql strict immutable set search_path = pg_catalog, pg_temp;
