-- londiste._note_structure(i_queue_name, i_table_name): remembers what a local table looks like, where changes of it are to be published one day: the next command is
-- compared with that. i_table_name NULL: all tables of the queue. Locks the rows of table_structure. Called by: local_add_table, local_set_ddl.
create or replace function londiste._note_structure(i_queue_name text, i_table_name text)
returns void as $$
    insert into londiste.table_structure (queue_name, table_name, table_oid, parts, structure)
        select t.queue_name, t.table_name, c.oid, londiste._part_oids(s.structure), s.structure
        from londiste.table_info t
        join londiste.ddl_setting d on d.queue_name = t.queue_name and d.mode = 'replicate'
        join pgq_node.node_info n on n.queue_name = t.queue_name and n.node_type <> 'leaf'
        cross join lateral (values (londiste.find_table_oid(coalesce(t.dest_table, t.table_name)))) c (oid)
        cross join lateral (values (londiste._structure_of(c.oid))) s (structure)
        where t.queue_name = i_queue_name and t.local and t.table_name = coalesce(i_table_name, t.table_name) and s.structure is not null
        on conflict on constraint table_structure_pkey
        do update set table_oid = excluded.table_oid, parts = excluded.parts, structure = excluded.structure;
$$ language sql set search_path = pg_catalog, pg_temp;
