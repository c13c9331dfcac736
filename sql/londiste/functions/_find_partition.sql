-- londiste._find_partition(i_table, i_path): the partition at the end of a path of _partition_tree; an empty one leads to the table itself. NULL: it has none there, as it is
-- partitioned otherwise or not at all. Called by: replay_partitions, _hang_partition, _take_partition_rows.
create or replace function londiste._find_partition(i_table oid, i_path jsonb)
returns oid as $$
declare
    here    oid := i_table;
    step    record;
begin
    for step in select s.v ->> 0 as key, s.v ->> 1 as bound from jsonb_array_elements(i_path) with ordinality s (v, nr) order by s.nr loop
        if pg_catalog.pg_get_partkeydef(here) is distinct from step.key then
            return null;
        end if;
        select h.inhrelid into here
            from pg_catalog.pg_inherits h
            join pg_catalog.pg_class c on c.oid = h.inhrelid
            where h.inhparent = here and pg_catalog.pg_get_expr(c.relpartbound, c.oid) = step.bound;
        if not found then
            return null;
        end if;
    end loop;
    return here;
end;
$$ language plpgsql strict stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex';
