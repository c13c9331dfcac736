-- londiste.drop_obsolete_partitions(i_parent_table, i_retention_period, i_partition_period): drops what list_obsolete_partitions names and returns the names.
create or replace function londiste.drop_obsolete_partitions(i_parent_table text, i_retention_period interval, i_partition_period text)
returns setof text as $$
declare
    part    text;
begin
    for part in select p from londiste.list_obsolete_partitions(i_parent_table, i_retention_period, i_partition_period) p loop
        execute 'drop table ' || part;
        return next part;
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
