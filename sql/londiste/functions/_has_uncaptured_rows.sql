-- londiste._has_uncaptured_rows(i_queue_name, i_partition): a partition holds rows from before it got the capture trigger of the table that it was attached to,
-- rows that no event tells of. Reads it until the first such row; true also where it may not be read. Called by: check_partitions.
create or replace function londiste._has_uncaptured_rows(i_queue_name text, i_partition oid)
returns boolean as $$
declare
    trg     record;
    found_one boolean;
begin
    select t.xmin, t.cmin into trg
        from pg_catalog.pg_trigger t
        where t.tgrelid = i_partition and t.tgparentid <> 0 and t.tgtype & 1 = 1
            and londiste.is_replica_func(t.tgfoid)
            and pg_catalog.starts_with(pg_catalog.encode(t.tgargs, 'hex'), pg_catalog.encode(londiste._trigger_args(array[i_queue_name]), 'hex'))
        order by t.oid
        limit 1;
    -- Both numbers are the server's own, of one database: older is earlier; in one transaction the command counts.
    execute pg_catalog.format(
            'select exists (select 1 from only %s r where $1 is null or pg_catalog.age(r.xmin) > pg_catalog.age($1)'
            ' or r.xmin = $1 and r.cmin::text::bigint < $2::text::bigint)', i_partition::regclass)
        into found_one using trg.xmin, trg.cmin;
    return found_one;
exception
    when insufficient_privilege then
        return true;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
