-- londiste.local_rename_table(i_queue_name, i_old_name, i_new_name): a table of the queue has another name from now on. What the node knows of it stays; a copy of it starts over.
--
-- The node's own table gets the name, too, as its owner, if it has the old one and no other queue of this database has it; its schema is made like the old one if it is not
-- there. A table under a name of its own keeps it.
-- 200 Table renamed: t to u; 100 Table not registered: t. Error: whatever keeps the node from following, since rows that come under the new name would be lost.
-- Locks the table_info row and the table, in ACCESS EXCLUSIVE mode. Called by: _follow_renames on the root, what it publishes elsewhere.
create or replace function londiste.local_rename_table(
    in i_queue_name text, in i_old_name text, in i_new_name text,
    out ret_code int4, out ret_note text)
as $$
declare
    old_name    constant text := londiste.make_fqname(i_old_name);
    new_name    constant text := londiste.make_fqname(i_new_name);
    tbl         record;
    child       regclass;
    dest        text;
begin
    select t.local, t.merge_state, t.dropped_ddl, coalesce(t.dest_table, t.table_name) as dest, coalesce('virtual_table' = any (t.trigger_args), false) as is_virtual,
           n.node_type, n.combined_queue
        into tbl
        from londiste.table_info t
        join pgq_node.node_info n on n.queue_name = t.queue_name
        where t.queue_name = i_queue_name and t.table_name = old_name
        for update of t;
    if not found then
        select 100, 'Table not registered: ' || old_name into ret_code, ret_note;
        return;
    end if;
    if tbl.combined_queue is not null then
        raise exception 'table "%" cannot be renamed to "%": queue "%" is merged into queue "%", which has it, too', old_name, new_name, i_queue_name, tbl.combined_queue
            using hint = 'Give it the old name on the root again, or remove the table here first: remove-table ' || old_name || '.';
    elsif exists (select 1 from londiste.table_info t where t.queue_name = i_queue_name and t.table_name = new_name) then
        raise exception 'table "%" cannot be renamed to "%": the queue has a table of that name', old_name, new_name;
    end if;
    dest := tbl.dest;
    -- What a copy had taken away tells the old name.
    if tbl.local and tbl.dropped_ddl is not null then
        perform londiste._settle_dropped_ddl(i_queue_name, dest, tbl.dropped_ddl);
    end if;
    if tbl.local and dest = old_name and not tbl.is_virtual then
        dest := londiste._rename_own_table(i_queue_name, old_name, new_name);
    end if;

    insert into londiste.table_info
        select (pg_catalog.jsonb_populate_record(t, pg_catalog.jsonb_build_object('table_name', new_name, 'dest_table', nullif(dest, new_name)))).*
        from londiste.table_info t
        where t.queue_name = i_queue_name and t.table_name = old_name;
    if tbl.local and tbl.merge_state is distinct from 'ok' then
        update londiste.table_info t set merge_state = null, custom_snapshot = null, dropped_ddl = null where t.queue_name = i_queue_name and t.table_name = new_name;
    end if;
    for child in
        select k.conrelid from pg_catalog.pg_constraint k where k.contype = 'f' and k.confrelid = 'londiste.table_info'::pg_catalog.regclass
    loop
        execute pg_catalog.format('update %s set table_name = $3 where queue_name = $1 and table_name = $2', child) using i_queue_name, old_name, new_name;
    end loop;
    -- No more local: its triggers are those of the new row.
    update londiste.table_info t set local = false, dropped_ddl = null where t.queue_name = i_queue_name and t.table_name = old_name;
    delete from londiste.table_info t where t.queue_name = i_queue_name and t.table_name = old_name;

    if tbl.local then
        perform londiste._set_dest_table(i_queue_name, new_name, dest);
        perform londiste._note_structure(i_queue_name, new_name);
    end if;
    select 200, 'Table renamed: ' || old_name || ' to ' || new_name into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
