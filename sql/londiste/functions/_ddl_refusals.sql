-- londiste._ddl_refusals(i_table, i_before, i_after, i_text): why a change of a table cannot be published, so that other nodes end with the same rows.
--
-- i_before, i_after   of _structure_of
-- i_text              the text of the command; NULL: not known
-- reason, cure        for people
-- Called by: _follow_ddl.
create or replace function londiste._ddl_refusals(
    in i_table oid, in i_before jsonb, in i_after jsonb, in i_text text,
    out reason text, out cure text)
returns setof record as $$
#variable_conflict use_column
declare
    -- Whatever was there: to look into the table may need rights that nobody here has.
    has_rows    constant boolean := exists (select 1 from pg_catalog.pg_partition_tree(i_table) p where pg_catalog.pg_relation_size(p.relid) > 0)
                                    or pg_catalog.pg_relation_size(i_table) > 0;
    col         record;
    is_using    record;
    said        text;
    volatility  "char";
begin
    for col in
        select w.name, w.key, w.def, h.def as old, h.name as old_name
        from jsonb_to_recordset(i_after) w (kind text, name text, key text, def jsonb)
        left join jsonb_to_recordset(i_before) h (kind text, name text, key text, def jsonb) on h.kind = 'column' and h.key = w.key
        where w.kind = 'column'
        order by w.key::integer
    loop
        if col.old is null and has_rows then
            cure := 'Add the column without it, fill it in by UPDATE, and then set the default or identity.';
            if col.def ->> 'identity' is not null then
                said := 'its rows would be numbered in another order on each node';
            elsif col.def ->> 'default' is not null and col.def ->> 'missing_value' is null then
                select londiste._volatility(d.adbin::text) into volatility
                    from pg_catalog.pg_attrdef d
                    where d.adrelid = i_table and d.adnum = col.key::int2;
                continue when volatility = 'i';
                said := 'its default may give other values on other nodes';
                if volatility = 's' then
                    -- What rewrites the table writes the value into each row, and the catalogue forgets it.
                    cure := 'Add the column by a command of its own, which does nothing else to the table.';
                end if;
            else
                continue;
            end if;
            reason := pg_catalog.format('column "%s" cannot be added: %s', col.name, said);
            return next;
        elsif col.old ->> 'type' <> col.def ->> 'type' and (has_rows or i_text is null) then
            -- Without it the type may not even be a possible one.
            if i_text is null then
                reason := pg_catalog.format('the type of column "%s" cannot be changed from inside of a function in SQL: whether the command has a USING is not known', col.name);
                cure := 'Run ALTER TABLE by itself, or from PL/pgSQL.';
                return next;
                continue;
            end if;
            select u.reason into is_using from londiste._using_in_tree(i_text, i_table, col.name) u where u.reason is not null;
            if found then
                reason := pg_catalog.format('the type of column "%s" cannot be changed: %s', col.name, is_using.reason);
                cure := 'Add a new column, fill it in by UPDATE, drop the old one, and rename the new one.';
                return next;
            end if;
        end if;
    end loop;
    return query
        select pg_catalog.format('constraint "%s" cannot be added: it calls functions that are volatile', w.name), 'Declare the functions immutable, if they are.'
        from jsonb_to_recordset(i_after) w (kind text, name text, key text, def jsonb)
        join pg_catalog.pg_constraint k on k.oid = w.key::oid
        where w.kind = 'constraint' and w.def ->> 'type' = 'c' and londiste._volatility(k.conbin::text) = 'v'
            and not exists (select 1 from jsonb_to_recordset(i_before) h (kind text, name text, key text) where h.kind = 'constraint' and h.key = w.key);
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp;
