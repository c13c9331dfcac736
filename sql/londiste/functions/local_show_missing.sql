-- londiste.local_show_missing(i_queue_name): what could be replicated here and is not; obj_kind r (table) or S (sequence), by kind and name.
-- On the root: the database's tables and sequences that are not registered as local ones; elsewhere: what the queue carries and this node does not take.
--
-- A partitioned table is listed, not its partitions: its trigger fires for them. Where partitions are registered one by one, it is the other way round.
-- Error: queue does not exist: q. Called by: missing, add-table --all, add-seq --all.
create or replace function londiste.local_show_missing(
    in i_queue_name text,
    out obj_kind text, out obj_name text)
returns setof record as $$
begin
    if not pgq_node.is_root_node(i_queue_name) then
        return query
            select 'S', s.seq_name from londiste.seq_info s where s.queue_name = i_queue_name and not s.local
            union all
            select 'r', t.table_name from londiste.table_info t where t.queue_name = i_queue_name and not t.local
            order by 1, 2;
        return;
    end if;
    return query
        with taken as (
            select londiste.find_table_oid(coalesce(t.dest_table, t.table_name)) as oid
            from londiste.table_info t
            where t.queue_name = i_queue_name and t.local
            union all
            select londiste.find_seq_oid(s.seq_name)
            from londiste.seq_info s
            where s.queue_name = i_queue_name and s.local
        ), trees as (   -- of partitioned tables, where something is taken
            select distinct pg_partition_root(t.oid)::oid as root from taken t
        )
        select case when c.relkind = 'S' then 'S' else 'r' end, n.nspname || '.' || c.relname
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'S') and c.relpersistence <> 't'
            and n.nspname not in ('pgq', 'pgq_ext', 'pgq_coop', 'pgq_node', 'londiste', 'pg_catalog', 'information_schema')
            and n.nspname !~ '^pg_(toast|temp)'
            and not exists (select 1 from taken t where t.oid = c.oid)
            and case
                when c.relispartition then
                    c.relkind = 'r'
                    and exists (select 1 from trees where trees.root = pg_partition_root(c.oid))
                    and not exists (select 1 from pg_partition_ancestors(c.oid) a join taken t on t.oid = a.relid)
                when c.relkind = 'p' then
                    not exists (select 1 from trees where trees.root = c.oid)
                else true
            end
        order by 1, 2;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
