-- londiste._using_expression(i_text, i_table, i_column): what ALTER TABLE ... ALTER COLUMN ... TYPE ... USING says of a column, in the text of a command.
--
-- i_text      the text that held the command; it may hold others, too
-- i_table     its name without schema
-- expression  as written; NULL: the text has no USING for such a column
-- reason      not NULL: it has one that cannot be carried, because
-- Called by: _using_in_tree.
create or replace function londiste._using_expression(in i_text text, in i_table text, in i_column text, out expression text, out reason text)
returns record as $$
declare
    tokens  record;
    t       record;
    tbl     text;
    col     text;
    word    text;
    state   text := 'outside';      -- of "alter table t alter column x type y using"
    depth   integer := 0;
    starts  integer;
    names   text[] := '{}';         -- before a parenthesis: they are called
    last    text;
    last_sign text;
    culprit text;
begin
    for t in select * from londiste._sql_tokens(i_text || ';') loop
        word := case when t.kind = 'word' then lower(t.token) end;
        if t.kind = 'sign' and t.token in ('(', '[') then
            if state = 'using' and last is not null then
                names := array_append(names, last);
            end if;
            depth := depth + 1;
        elsif t.kind = 'sign' and t.token in (')', ']') then
            depth := depth - 1;
        elsif depth = 0 and t.kind = 'sign' and t.token in (',', ';') then
            if state = 'using' and tbl = i_table and col = i_column then
                if expression is not null then
                    reason := 'the command''s text changes the type of column "' || i_column || '" more than once';
                    return;
                end if;
                expression := btrim(substr(i_text, starts, t.at - starts), E' \t\r\n');
            end if;
            state := case when t.token = ',' then 'action' else 'outside' end;
        elsif depth > 0 or state = 'using' then
            null;
        elsif state = 'outside' and word = 'table' then
            state := 'table';
            tbl := null;
        elsif state = 'table' and word in ('if', 'exists', 'only') and tbl is null then
            null;
        elsif state = 'table' and t.kind in ('word', 'name') and (tbl is null or last_sign = '.') then
            tbl := coalesce(word, t.token);
        elsif state in ('table', 'action') and word = 'alter' then
            state := 'alter';
        elsif state = 'table' and t.kind <> 'sign' then
            state := 'action';
        elsif state = 'alter' and word = 'column' then
            null;
        elsif state = 'alter' and t.kind in ('word', 'name') then
            col := coalesce(word, t.token);
            state := 'named';
        elsif state = 'named' and word in ('set', 'data') then
            null;
        elsif state = 'named' and word = 'type' then
            state := 'type';
        elsif state = 'type' and word = 'using' then
            state := 'using';
            starts := t.at + t.length;
        end if;
        if state = 'using' and word in ('current_timestamp', 'current_date', 'current_time', 'localtime', 'localtimestamp', 'current_user', 'session_user', 'user',
                                        'current_role', 'current_catalog', 'current_schema', 'select') then
            names := array_append(names, word);
        end if;
        last_sign := case when t.kind = 'sign' then t.token end;
        last := case when t.kind in ('word', 'name') then coalesce(word, t.token) end;
    end loop;
    if expression is null then
        return;
    end if;
    -- By name alone: who is called decides the types, and any function of that name that may give something else elsewhere is one too many.
    select n.name into culprit
        from unnest(names) n (name)
        where n.name in ('current_timestamp', 'current_date', 'current_time', 'localtime', 'localtimestamp', 'current_user', 'session_user', 'user', 'current_role',
                         'current_catalog', 'current_schema', 'select', 'now', 'transaction_timestamp', 'statement_timestamp', 'txid_current')
            or exists (select 1 from pg_catalog.pg_proc p
                       where p.proname = n.name
                           and (p.provolatile = 'v' or p.provolatile = 's' and p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace))
        limit 1;
    if found then
        reason := 'USING calls ' || culprit || ', which may give other values on other nodes';
    end if;
end;
$$ language plpgsql strict stable set search_path = pg_catalog, pg_temp;
