-- londiste._note_partitions(i_queue_name, i_table_name, i_table): remembers the partitions that a local table has now, in partition_structure and partition_part. Locks the rows of it that change.
-- Called by: _note_structure, _follow_partitions.
create or replace function londiste._note_partitions(i_queue_name text, i_table_name text, i_table oid)
returns void as $$
    with tree as materialized (
        select t.* from londiste._partition_tree(i_table) t
    ), gone as (
        delete from londiste.partition_structure s
        where s.queue_name = i_queue_name and s.table_name = i_table_name and s.part_oid not in (select t.part from tree t)
    )
    insert into londiste.partition_structure as s (queue_name, table_name, part_oid, part_name, path, condition, columns)
        select i_queue_name, i_table_name, t.part, t.name, t.path, t.condition, t.columns from tree t
        on conflict on constraint partition_structure_pkey
        do update set part_name = excluded.part_name, path = excluded.path, condition = excluded.condition, columns = excluded.columns
            where (s.part_name, s.path, s.condition, s.columns) is distinct from (excluded.part_name, excluded.path, excluded.condition, excluded.columns);
    delete from londiste.partition_part p
        where p.queue_name = i_queue_name and p.table_name = i_table_name
            and not exists (select 1 from londiste._partition_parts(i_table) n where (n.part, n.kind, n.key) = (p.part_oid, p.kind, p.key));
    insert into londiste.partition_part as p (queue_name, table_name, part_oid, kind, key, name, definition)
        select i_queue_name, i_table_name, n.part, n.kind, n.key, n.name, n.definition
        from londiste._partition_parts(i_table) n
        join londiste.partition_structure s on s.queue_name = i_queue_name and s.table_name = i_table_name and s.part_oid = n.part
        on conflict on constraint partition_part_pkey do update set name = excluded.name, definition = excluded.definition
            where (p.name, p.definition) is distinct from (excluded.name, excluded.definition);
$$ language sql set search_path = pg_catalog, pg_temp;
