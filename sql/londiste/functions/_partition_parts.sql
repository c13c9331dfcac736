-- londiste._partition_parts(i_table): what the partitions of a table have of their own: not from the table, and not by its commands.
--
-- part, kind  the partition's oid; index, constraint (no foreign keys) or default
-- key, name   the oid of the part, or the column's number; and its name
-- definition  as the server writes it; of a default NULL: none, where the table above has one
-- Called by: _note_partitions, _follow_partition_parts.
create or replace function londiste._partition_parts(in i_table oid, out part oid, out kind text, out key bigint, out name text, out definition text)
returns setof record as $$
    with parts as materialized (
        select p.relid::oid as oid, p.parentrelid::oid as parent from pg_catalog.pg_partition_tree(i_table) p where p.relid <> i_table
    )
    select p.oid, 'index', x.oid::bigint, x.relname::text, pg_catalog.pg_get_indexdef(x.oid)
    from parts p
    join pg_catalog.pg_index i on i.indrelid = p.oid and i.indisvalid
    join pg_catalog.pg_class x on x.oid = i.indexrelid and not x.relispartition
    where not exists (select 1 from pg_catalog.pg_constraint k where k.conindid = x.oid and k.conrelid = p.oid)
    union all
    select p.oid, 'constraint', k.oid::bigint, k.conname::text, pg_catalog.pg_get_constraintdef(k.oid)
    from parts p
    join pg_catalog.pg_constraint k on k.conrelid = p.oid and k.contype in ('c', 'p', 'u', 'x') and k.conislocal and k.coninhcount = 0 and k.conparentid = 0
    union all
    select p.oid, 'default', a.attnum::bigint, a.attname::text, d.here
    from parts p
    join pg_catalog.pg_attribute a on a.attrelid = p.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    join pg_catalog.pg_attribute b on b.attrelid = p.parent and b.attname = a.attname and not b.attisdropped
    left join pg_catalog.pg_attrdef e on e.adrelid = p.oid and e.adnum = a.attnum
    left join pg_catalog.pg_attrdef f on f.adrelid = p.parent and f.adnum = b.attnum
    cross join lateral (values (pg_catalog.pg_get_expr(e.adbin, e.adrelid), pg_catalog.pg_get_expr(f.adbin, f.adrelid))) d (here, above)
    where (a.atthasdef or b.atthasdef) and d.here is distinct from d.above;
$$ language sql stable set search_path = pg_catalog, pg_temp;
