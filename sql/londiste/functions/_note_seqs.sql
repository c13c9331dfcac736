-- londiste._note_seqs(i_queue_name, i_seq_name): remembers which sequences the queue's names, or one of them, NULL: all, stand for and what owns them, where changes of that are to be published one day: see _follow_seqs.
-- Called by: local_add_seq, local_set_ddl, _follow_seqs.
create or replace function londiste._note_seqs(i_queue_name text, i_seq_name text)
returns void as $$
    insert into londiste.seq_structure (queue_name, seq_name, seq_oid, owner_oid, owner_column)
        select i.queue_name, i.seq_name, c.oid, o.refobjid, o.refobjsubid
        from londiste.seq_info i
        join londiste.ddl_setting d on d.queue_name = i.queue_name and d.mode = 'replicate'
        join pgq_node.node_info n on n.queue_name = i.queue_name and n.node_type <> 'leaf'
        join pg_catalog.pg_class c on c.oid = londiste.find_seq_oid(i.seq_name)
        left join pg_catalog.pg_depend o on o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objid = c.oid
            and o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.deptype in ('a', 'i')
        where i.queue_name = i_queue_name and i.local and (i_seq_name is null or i.seq_name = i_seq_name)
        on conflict on constraint seq_structure_pkey
        do update set seq_oid = excluded.seq_oid, owner_oid = excluded.owner_oid, owner_column = excluded.owner_column;
$$ language sql set search_path = pg_catalog, pg_temp;
