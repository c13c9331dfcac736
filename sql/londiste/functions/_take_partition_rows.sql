-- londiste._take_partition_rows(i_table, i_change): deletes from a node's table the rows that were in a partition on the root, where this node has no such partition.
-- i_change: as replay_partitions has it. As for replicated changes, triggers do not fire; the condition is evaluated as the table's owner.
-- Called by: replay_partitions.
create or replace function londiste._take_partition_rows(i_table oid, i_change jsonb)
returns void as $$
declare
    own_role    constant text := pg_catalog.current_setting('role');
    replication constant text := pg_catalog.current_setting('session_replication_role');
    said        constant text := pg_catalog.format('partition "%s" left table "%s" on the root', i_change ->> 'name', i_table::pg_catalog.regclass);
    col         record;
begin
    if i_change ->> 'condition' is null then
        raise exception '%, but which rows that were cannot be told here: it is one by hash', said
            using errcode = 'feature_not_supported', hint = 'Partition the table here as on the root, or delete the rows by hand and skip the script.';
    end if;
    for col in
        select k.key as name, k.value as there, londiste._column_order(i_table, k.key, strpos(k.value, ' collate ') > 0) as here
        from jsonb_each_text(i_change -> 'columns') k
    loop
        if col.here is distinct from col.there then
            raise exception '%, but which rows that were may come out otherwise here: column "%" is % there, % here', said, col.name, col.there, coalesce(col.here, 'missing')
                using errcode = 'feature_not_supported', hint = 'Partition the table here as on the root, or delete the rows by hand and skip the script.';
        end if;
    end loop;
    perform londiste.set_session_replication_role('replica', true);
    perform pg_catalog.set_config('role', pg_catalog.pg_get_userbyid(c.relowner), true) from pg_catalog.pg_class c where c.oid = i_table;
    execute pg_catalog.format('delete from %s where %s', i_table::pg_catalog.regclass, i_change ->> 'condition');
    perform pg_catalog.set_config('role', own_role, true);
    perform londiste.set_session_replication_role(replication, true);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
