-- londiste._used_types(i_table, i_columns): the types of a table's columns that somebody has made, and those that these are made of: enums, domains, composite types, ranges;
-- not the row types of tables. i_columns: by number; NULL: all.
-- type  its oid
-- depth what stands on it is less deep
-- Called by: _note_types, _follow_types, _new_types_script.
create or replace function londiste._used_types(in i_table oid, in i_columns int2[], out type oid, out depth integer)
returns setof record as $$
    with recursive used (oid, depth) as (
        select a.atttypid, 0
        from pg_catalog.pg_attribute a
        where a.attrelid = i_table and a.attnum > 0 and not a.attisdropped and (i_columns is null or a.attnum = any (i_columns))
        union
        select below.oid, u.depth + 1
        from used u
        join pg_catalog.pg_type t on t.oid = u.oid
        cross join lateral (
            select t.typelem where t.typelem <> 0
            union all select t.typbasetype where t.typtype = 'd'
            union all select a.atttypid from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
                      where c.oid = t.typrelid and c.relkind = 'c' and a.attnum > 0 and not a.attisdropped
            union all select r.rngsubtype from pg_catalog.pg_range r where r.rngtypid = t.oid
            -- multiranges, which are of PostgreSQL 14
            union all select r.rngtypid from pg_catalog.pg_range r where t.typtype = 'm' and (to_jsonb(r) ->> 'rngmultitypid')::oid = t.oid) below (oid)
        where u.depth < 50)
    select u.oid, max(u.depth)
    from used u
    join pg_catalog.pg_type t on t.oid = u.oid
    left join pg_catalog.pg_class c on c.oid = t.typrelid
    where t.oid >= 16384 and (t.typtype in ('e', 'd', 'r') or c.relkind = 'c' or t.typtype = 'b' and t.typelem = 0)
    group by u.oid;
$$ language sql stable set search_path = pg_catalog, pg_temp;
