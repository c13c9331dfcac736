-- londiste._unwatch_partitions(i_queue_name, i_table): drops what _watch_partitions has made. Locks each table that has one in ACCESS EXCLUSIVE mode.
-- Called by: drop_table_triggers.
create or replace function londiste._unwatch_partitions(i_queue_name text, i_table oid)
returns void as $$
declare
    trg record;
begin
    for trg in
        select t.tgname, t.tgrelid::regclass as tbl
        from pg_catalog.pg_partition_tree(i_table) p
        join pg_catalog.pg_trigger t on t.tgrelid = p.relid
        where exists (select 1 from pg_catalog.pg_class c where c.oid = i_table and c.relkind = 'p')
            and t.tgname like '\_londiste\_%\_partition' and t.tgtype & 33 = 32
            and t.tgfoid in (to_regproc('londiste.partition_trigger'), to_regproc('pgq.sqltriga'))
            and pg_catalog.starts_with(pg_catalog.encode(t.tgargs, 'hex'), pg_catalog.encode(londiste._trigger_args(array[i_queue_name]), 'hex'))
        order by 2, 1
    loop
        execute pg_catalog.format('drop trigger %I on %s', trg.tgname, trg.tbl);
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
