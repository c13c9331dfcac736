-- londiste._note_structure(i_queue_name, i_table_name): remembers what a local table looks like, where changes of it are to be published one day: the next command is
-- compared with that. i_table_name NULL: all tables of the queue. Locks the rows of table_structure, partition_structure and
-- type_structure. Called by: local_add_table, local_set_ddl.
create or replace function londiste._note_structure(i_queue_name text, i_table_name text)
returns void as $$
    -- describe_table is called from here: within _structure_of it would be planned anew for each table.
    with described as materialized (
        select t.queue_name, t.table_name, c.oid,
               (select jsonb_agg(d) from londiste.describe_table(c.oid) d where d.kind in ('table', 'column', 'constraint', 'index')) as structure
        from londiste.table_info t
        join londiste.ddl_setting d on d.queue_name = t.queue_name and d.mode = 'replicate'
        join pgq_node.node_info n on n.queue_name = t.queue_name and n.node_type <> 'leaf'
        cross join lateral (values (londiste.find_table_oid(coalesce(t.dest_table, t.table_name)))) c (oid)
        where t.queue_name = i_queue_name and t.local and t.table_name = coalesce(i_table_name, t.table_name)
    )
    insert into londiste.table_structure (queue_name, table_name, table_oid, parts, structure, grants)
        select d.queue_name, d.table_name, d.oid, londiste._part_oids(d.structure), d.structure, londiste._grants_of(d.oid)
        from described d
        where d.structure is not null
        on conflict on constraint table_structure_pkey
        do update set table_oid = excluded.table_oid, parts = excluded.parts, structure = excluded.structure, grants = excluded.grants;
    select londiste._note_types(i_queue_name, i_table_name);
    select londiste._note_partitions(s.queue_name, s.table_name, s.table_oid)
    from londiste.table_structure s
    where s.queue_name = i_queue_name and s.table_name = coalesce(i_table_name, s.table_name);
$$ language sql set search_path = pg_catalog, pg_temp set datestyle = 'ISO' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex';
