-- londiste.local_show_missing(i_queue_name): what could be replicated here and is not. Root: tables and sequences of the database that are not registered; elsewhere:
-- what the queue carries and this node does not take.
create or replace function londiste.local_show_missing(
    in i_queue_name text,
    out obj_kind text, out obj_name text)
returns setof record as $$
begin
    if pgq_node.is_root_node(i_queue_name) then
        return query
            select c.relkind::text, n.nspname || '.' || c.relname
            from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'S') and c.relpersistence <> 't' and not c.relispartition
                and n.nspname not in ('pgq', 'pgq_ext', 'pgq_coop', 'pgq_node', 'londiste', 'pg_catalog', 'information_schema')
                and n.nspname !~ '^pg_(toast|temp)'
                and not exists (
                    select 1 from londiste.table_info t
                    where t.queue_name = i_queue_name and t.local and c.relkind <> 'S'
                        and coalesce(t.dest_table, t.table_name) = n.nspname || '.' || c.relname)
                and not exists (
                    select 1 from londiste.seq_info s
                    where s.queue_name = i_queue_name and s.local and c.relkind = 'S' and s.seq_name = n.nspname || '.' || c.relname)
            order by 1, 2;
    else
        return query
            select 'S', s.seq_name from londiste.seq_info s where s.queue_name = i_queue_name and not s.local
            union all
            select 'r', t.table_name from londiste.table_info t where t.queue_name = i_queue_name and not t.local
            order by 1, 2;
    end if;
end;
$$ language plpgsql strict;
