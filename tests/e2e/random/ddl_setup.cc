#include "e2e/random/ddl_patterns.h"

namespace e2e {

const char* const kChanceSchema = R"(
create schema chance;
create view chance.schemas as select oid, nspname from pg_namespace where nspname ~ '^[ab][0-9]*$';
create view chance.tables as
    select c.oid as rel, c.relkind
    from londiste.table_info t
    join pg_class c on c.oid = londiste.find_table_oid(t.table_name)
    where t.local and c.relnamespace in (select oid from chance.schemas);
create view chance.types as
    select t.oid::regtype as type, t.typtype from pg_type t where t.typtype in ('e', 'd') and t.typnamespace in (select oid from chance.schemas);
create view chance.all_types as
    select regexp_split_to_table('integer;bigint;smallint;text;character varying(30);numeric(12,2);character(9);date;timestamp with time zone;boolean;integer[]', ';') as type
    union all select type::text from chance.types;
create view chance.columns as
    select a.attrelid as rel, a.attname, a.atttypid as type, a.atttypmod as typmod, a.attgenerated as generated, a.attnotnull and not a.atthasdef as is_needed, a.attidentity = 'a' as is_counted,
           exists (select 1 from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)) as is_key
    from pg_attribute a
    where a.attnum > 0 and not a.attisdropped;

-- Some value of a type, as text.
create function chance.value(i_type oid) returns text language sql as $$
    select case
        when t.typtype = 'e' then (select enumlabel::text from pg_enum where enumtypid = t.oid order by random() limit 1)
        when t.typtype = 'd' then chance.value(t.typbasetype)
        when t.typcategory = 'D' then (date '2024-01-01' + (random() * 300)::int)::text
        when t.typcategory = 'B' then (random() < 0.5)::text
        when t.typcategory = 'A' then format('{%s}', chance.value(t.typelem))
        when t.typcategory = 'S' and random() < 0.2 then (array[E'it''s a \\ and\t', 'Zoë €', ''])[1 + floor(random() * 3)]
        else floor(random() * 100)::text end
    from pg_type t where t.oid = i_type $$;

-- Rows for a table; their keys' first digit is i_digit if that is not NULL.
create function chance.fill(i_table regclass, i_digit int, i_rows int default 4) returns void language plpgsql as $$
declare
    names text; vals text;
begin
    for i in 1 .. i_rows loop
        select string_agg(quote_ident(c.attname), ', '),
               string_agg(case when c.is_key and i_digit is not null then quote_literal(i_digit * 10 + floor(random() * 10))
                               when random() < 0.15 and not c.is_needed and not c.is_key then 'default'
                               else quote_literal(chance.value(c.type)) end, ', ') into names, vals
            from chance.columns c
            where c.rel = i_table and c.generated = '' and not c.is_counted and (c.is_key or c.is_needed or random() < 0.6);
        execute format('insert into %s (%s) values (%s) on conflict do nothing', i_table, names, vals);
    end loop;
end $$;

-- A change of rows of some replicated table, as it is just then.
create function chance.write() returns text language plpgsql as $$
declare
    tbl regclass; kind float := random(); a_row text; col record; statement text;
begin
    select rel into tbl from chance.tables order by random() limit 1;
    if random() < 0.2 then  -- a partition by itself
        select relid into tbl from pg_partition_tree(tbl) where isleaf order by random() limit 1;
    end if;
    if tbl is null then
        return 'nothing';
    elsif kind < 0.4 then
        perform chance.fill(tbl, null, 1);
        return 'insert';
    end if;
    a_row := format('where (tableoid, ctid) in (select tableoid, ctid from %s order by random() limit 1)', tbl);
    select * into col from chance.columns where rel = tbl and generated = '' and not is_counted order by random() limit 1;
    statement := case
        when kind < 0.41 then format('truncate %s', tbl)
        when kind < 0.55 then format('delete from %s %s', tbl, a_row)
        when kind < 0.65 then format('update %s set %I = null %s', tbl, col.attname, a_row)
        else format('update %s set %I = %L %s', tbl, col.attname, chance.value(col.type), a_row) end;
    execute statement;
    return statement;
end $$;
)";

}  // namespace e2e
