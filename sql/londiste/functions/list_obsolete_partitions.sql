-- londiste.list_obsolete_partitions(i_parent_table, i_retention_period, i_partition_period): quoted names of a table's obsolete children, oldest first.
create or replace function londiste.list_obsolete_partitions(i_parent_table text, i_retention_period interval, i_partition_period text)
returns setof text as $$
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class c on c.oid = i.inhrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where i.inhparent = londiste.find_table_oid(i_parent_table)
        and londiste.is_obsolete_partition(n.nspname || '.' || c.relname, i_retention_period, i_partition_period)
    order by c.relname;
$$ language sql set search_path = pg_catalog, pg_temp;
