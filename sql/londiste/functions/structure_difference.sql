-- londiste.structure_difference(i_have, i_want, i_table, i_by_key): how a table differs from another one, and the statements that make it equal.
--
-- i_have, i_want   the rows of describe_table of the table, and of the one that it should be like, as a JSON array of objects
-- i_table          how statements name the table
-- i_by_key         false: two tables. Parts belong together by name.
--                  true: one table, before a command and after it. Columns belong together by number, other parts by name or, with another name, by oid: what
--                  has another name was renamed.
--
-- nr          the order in which the statements work
-- kind, name  of the part, as in describe_table
-- severity    error: the changes of the wanted table cannot all be applied to this one; warning: values may come out different, or some day not fit;
--             notice: does no harm to the rows
-- message     for people; "here" is the table that is
-- statement   NULL: there is none, or not one that could be told
--
-- Only what belongs to the rows is looked at: columns, constraints, indexes, comments. Not where and how a table is stored, who may use it, triggers and rules; partitions
-- neither, as two nodes may well have others.
-- Called by: check and the worker (by name), _ddl_script (by key).
create or replace function londiste.structure_difference(
    in i_have jsonb, in i_want jsonb, in i_table text, in i_by_key boolean,
    out nr integer, out kind text, out name text, out severity text, out message text, out statement text)
returns setof record as $$
#variable_conflict use_column
declare
    alter_table constant text := 'alter table ' || i_table || ' ';
    here        jsonb;
    there       jsonb;
    pair        record;
begin
    select h.def into here from jsonb_to_recordset(i_have) h (kind text, def jsonb) where h.kind = 'table';
    select w.def into there from jsonb_to_recordset(i_want) w (kind text, def jsonb) where w.kind = 'table';
    return query
        select 90, 'table', i_table, 'notice', 'the comment is another one', 'comment on table ' || i_table || ' is ' || quote_nullable(there ->> 'comment')
        where here ->> 'comment' is distinct from there ->> 'comment';

    for pair in
        select h.name as old_name, w.name as new_name, h.def as old, w.def as new
        from (select c.*, case when i_by_key then c.key else c.name end as same
              from jsonb_to_recordset(i_have) c (kind text, name text, key text, def jsonb) where c.kind = 'column') h
        full join (select c.*, case when i_by_key then c.key else c.name end as same
                   from jsonb_to_recordset(i_want) c (kind text, name text, key text, def jsonb) where c.kind = 'column') w on w.same = h.same
        where h.name is null or w.name is null or h.name <> w.name or h.def <> w.def
        order by coalesce(w.key, h.key)::integer
    loop
        if i_by_key and pair.old ->> 'generated' = pair.new ->> 'generated' and pair.old ->> 'expression' <> pair.new ->> 'expression' then
            pair.old := pair.old || jsonb_build_object('expression', londiste._renamed_expression(i_have, i_want, pair.old ->> 'expression', pair.new ->> 'expression'));
        end if;
        return query
            select d.nr, 'column', coalesce(pair.new_name, pair.old_name), d.severity, d.message, d.statement
            from londiste._column_difference(pair.old_name, pair.old, pair.new_name, pair.new, alter_table) d;
        return query
            select 91, 'column', pair.new_name, 'notice', format('the comment on column "%s" is another one', pair.new_name),
                   format('comment on column %s.%I is %L', i_table, pair.new_name, pair.new ->> 'comment')
            where pair.new_name is not null and pair.old ->> 'comment' is distinct from pair.new ->> 'comment';
    end loop;

    for pair in
        with have as (
            select p.* from jsonb_to_recordset(i_have) p (kind text, name text, key text, def jsonb)
            where p.kind in ('constraint', 'index') and (here ->> 'partition_of' is null or coalesce(p.def ->> 'is_local', 'true') = 'true') and p.def ->> 'parent_index' is null
        ), want as (
            select p.* from jsonb_to_recordset(i_want) p (kind text, name text, key text, def jsonb)
            where p.kind in ('constraint', 'index') and (there ->> 'partition_of' is null or coalesce(p.def ->> 'is_local', 'true') = 'true') and p.def ->> 'parent_index' is null
                and p.def ->> 'invalid' is null
        ), renamed as (
            select h.kind, h.name as old_name, w.name as new_name
            from have h
            join want w on w.kind = h.kind and w.key = h.key
            where i_by_key and w.name <> h.name
                and not exists (select 1 from want o where o.kind = h.kind and o.name = h.name)
        )
        select h.name as old_name, w.name as new_name, h.def as old, w.def as new, coalesce(w.kind, h.kind) as kind, i_by_key and h.key = w.key as is_same
        from have h
        left join renamed r on r.kind = h.kind and r.old_name = h.name
        full join want w on w.kind = h.kind and w.name = coalesce(r.new_name, h.name)
        where h.name is null or w.name is null or h.name <> w.name or h.def <> w.def
        order by 5, 2, 1
    loop
        return query
            select d.nr, pair.kind, coalesce(pair.new_name, pair.old_name), d.severity, d.message, d.statement
            from londiste._part_difference(pair.kind, pair.old_name, pair.old, pair.new_name, pair.new, pair.is_same, i_table, here, there) d;
    end loop;
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp;
