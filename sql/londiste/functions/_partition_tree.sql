-- londiste._partition_tree(i_table): the partitions of a table on all levels, as other nodes can find them.
--
-- part        its oid
-- name        schema.name, without quotes
-- path        how one gets there: for each level an array of the key by which the table above is partitioned, and the bound; as the server writes both
-- key         by which it is partitioned itself; NULL: it is not
-- condition   what holds for its rows; NULL: cannot be said with columns alone, as with a partition by hash
-- columns     those that decide in which partition a row is, with type, and where order matters, collation
--
-- One that is half detached (DETACH ... CONCURRENTLY) counts until it is off. Bounds are written under fixed settings, so that nodes agree.
-- Called by: _note_partitions, _follow_partitions.
create or replace function londiste._partition_tree(
    in i_table oid,
    out part oid, out name text, out path jsonb, out key text, out condition text, out columns jsonb)
returns setof record as $$
    with recursive tree (oid, path, key, columns, is_hash) as (
        select c.oid, '[]'::jsonb, pg_catalog.pg_get_partkeydef(c.oid), '{}'::jsonb, false
        from pg_catalog.pg_class c
        where c.oid = i_table and c.relkind = 'p'
        union all
        select h.inhrelid, t.path || jsonb_build_array(jsonb_build_array(t.key, pg_catalog.pg_get_expr(c.relpartbound, c.oid))),
               pg_catalog.pg_get_partkeydef(c.oid), t.columns || k.columns, t.is_hash or k.is_hash
        from tree t
        cross join lateral (
            -- The columns of the key, also those in its expressions, depend on the table as a whole.
            select p.partstrat = 'h' as is_hash,
                   coalesce((select jsonb_object_agg(a.attname, londiste._column_order(t.oid, a.attname, p.partstrat = 'r'))
                             from pg_catalog.pg_depend d
                             join pg_catalog.pg_attribute a on a.attrelid = d.objid and a.attnum = d.objsubid
                             where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = t.oid and d.objsubid > 0
                                 and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = t.oid and d.refobjsubid = 0 and d.deptype = 'i'), '{}') as columns
            from pg_catalog.pg_partitioned_table p
            where p.partrelid = t.oid) k
        join pg_catalog.pg_inherits h on h.inhparent = t.oid
        join pg_catalog.pg_class c on c.oid = h.inhrelid and c.relpartbound is not null)
    select t.oid, n.nspname || '.' || c.relname, t.path, t.key,
           case when not t.is_hash then coalesce(pg_catalog.pg_get_partition_constraintdef(t.oid), 'true') end, t.columns
    from tree t
    join pg_catalog.pg_class c on c.oid = t.oid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where t.oid <> i_table;
$$ language sql strict stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex';
