-- londiste._type_difference(i_before, i_after): the statements that make of a type what it has become. i_before, i_after: of _describe_type.
--
-- nr          the order in which they work
-- guard       when a node that runs the script again, as another table of its has the type, too, need not run the statement; NULL: it does no harm
-- statement   those with nr 9 add a value to an enum, and need a transaction of their own
-- Called by: _follow_types.
create or replace function londiste._type_difference(in i_before jsonb, in i_after jsonb, out nr integer, out guard text, out statement text)
returns setof record as $$
declare
    old_type    constant text := i_before ->> 'name';
    name        constant text := i_after ->> 'name';
    word        constant text := case i_after ->> 'kind' when 'd' then 'domain' else 'type' end;
    moved       text;
begin
    if i_before ->> 'type' <> i_after ->> 'type' then
        moved := format('%I.%I', i_before ->> 'schema', i_after ->> 'type');
        return query select 1, format('pg_catalog.to_regtype(%L) is not null and pg_catalog.to_regtype(%L) is null', old_type, moved),
            format('alter %s %s rename to %I', word, old_type, i_after ->> 'type');
    end if;
    if i_before ->> 'schema' <> i_after ->> 'schema' then
        moved := coalesce(moved, old_type);
        return query select 2, format('pg_catalog.to_regtype(%L) is not null and pg_catalog.to_regtype(%L) is null', moved, name),
            format('alter %s %s set schema %I', word, moved, i_after ->> 'schema');
    end if;

    return query
        with had as (
            select l.v ->> 0 as key, l.v ->> 1 as label from jsonb_array_elements(i_before -> 'labels') l (v)
        ), has as (
            select l.v ->> 0 as key, l.v ->> 1 as label, l.nr, lag(l.v ->> 1) over w as before, lead(l.v ->> 1) over w as behind
            from jsonb_array_elements(i_after -> 'labels') with ordinality l (v, nr) window w as (order by l.nr)
        )
        select 3, format('exists (select 1 from pg_catalog.pg_enum e where e.enumtypid = pg_catalog.to_regtype(%L) and e.enumlabel = %L)', name, had.label),
               format('alter type %s rename value %L to %L', name, had.label, has.label)
        from has join had on had.key = has.key
        where had.label <> has.label
        union all
        (select 9, null, format('alter type %s add value if not exists %L %s', name, has.label, coalesce('after ' || quote_literal(has.before), 'before ' || quote_literal(has.behind)))
         from has
         where not exists (select 1 from had where had.key = has.key)
         -- what has others before it, and the first one before the second
         order by has.before is null, case when has.before is null then -has.nr else has.nr end);

    return query
        with had as (
            select a.v ->> 0 as key, a.v ->> 1 as attr, a.v ->> 2 as type from jsonb_array_elements(i_before -> 'attributes') a (v)
        ), has as (
            select a.v ->> 0 as key, a.v ->> 1 as attr, a.v ->> 2 as type, ' collate ' || (a.v ->> 3) as collation from jsonb_array_elements(i_after -> 'attributes') a (v)
        ), changes as (
            select case when has.key is null then 4 when had.key is null then 6 else 5 end as nr, coalesce(had.attr, has.attr) as attr,
                   case when has.key is null then format('drop attribute %I cascade', had.attr)
                        when had.key is null then format('add attribute %I %s%s cascade', has.attr, has.type, has.collation)
                        else format('rename attribute %I to %I cascade', had.attr, has.attr) end as action,
                   had.key is not null as is_old
            from had full join has on has.key = had.key
            where has.key is null or had.key is null or had.attr <> has.attr
        )
        select c.nr, case when c.is_old then '' else 'not ' end
                   || format('exists (select 1 from pg_catalog.pg_type t join pg_catalog.pg_attribute a on a.attrelid = t.typrelid and a.attname = %L and not a.attisdropped where t.oid = pg_catalog.to_regtype(%L))',
                             c.attr, name),
               format('alter type %s %s', name, c.action)
        from changes c
        union all
        select 7, null, format('alter type %s alter attribute %I type %s%s cascade', name, has.attr, has.type, has.collation)
        from had join has on has.key = had.key
        where had.type <> has.type;

    if i_after ->> 'kind' = 'd' then
        return query
            select 3, null::text, format('alter domain %s %s', name, coalesce('set default ' || (i_after ->> 'default'), 'drop default'))
            where i_before ->> 'default' is distinct from i_after ->> 'default'
            union all
            select 7, null, format('alter domain %s %s not null', name, case when (i_after ->> 'not_null')::boolean then 'set' else 'drop' end)
            where i_before ->> 'not_null' is distinct from i_after ->> 'not_null';
        return query
            with had as (
                select c.v ->> 0 as key, c.v ->> 1 as conname, c.v ->> 2 as definition from jsonb_array_elements(i_before -> 'checks') c (v)
            ), has as (
                select c.v ->> 0 as key, c.v ->> 1 as conname, c.v ->> 2 as definition from jsonb_array_elements(i_after -> 'checks') c (v)
            ), changes as (
                select case when has.key is null then 4 when had.key is null then 6 else 5 end as nr, coalesce(had.conname, has.conname) as conname,
                       case when has.key is null then format('drop constraint %I', had.conname)
                            when had.key is null then format('add constraint %I %s', has.conname, has.definition)
                            else format('rename constraint %I to %I', had.conname, has.conname) end as action,
                       had.key is not null as is_old
                from had full join has on has.key = had.key
                where has.key is null or had.key is null or had.conname <> has.conname
            )
            select c.nr, case when c.is_old then '' else 'not ' end
                       || format('exists (select 1 from pg_catalog.pg_constraint k where k.contypid = pg_catalog.to_regtype(%L) and k.conname = %L)', name, c.conname),
                   format('alter domain %s %s', name, c.action)
            from changes c
            union all
            select 8, null, format('alter domain %s validate constraint %I', name, has.conname)
            from had join has on has.key = had.key
            where had.definition = has.definition || ' NOT VALID';
    end if;
end;
$$ language plpgsql immutable set search_path = pg_catalog, pg_temp;
