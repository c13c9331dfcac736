-- londiste._note_types(i_queue_name, i_table_name): remembers the types of a local table's columns, where that is not done yet, to see what the next command changes in them.
-- i_table_name NULL: of all tables of the queue, and as they are now. Only tables in table_structure count. Locks the rows of type_structure that it changes.
-- Called by: _note_structure, _follow_types.
create or replace function londiste._note_types(i_queue_name text, i_table_name text)
returns void as $$
    delete from londiste.type_structure s where s.queue_name = i_queue_name and i_table_name is null;
    insert into londiste.type_structure (queue_name, type_oid, structure)
        select distinct i_queue_name, u.type, londiste._describe_type(u.type)
        from londiste.table_structure s
        cross join lateral londiste._used_types(s.table_oid, null) u
        where s.queue_name = i_queue_name and s.table_name = coalesce(i_table_name, s.table_name)
            and not exists (select 1 from londiste.type_structure o where o.queue_name = i_queue_name and o.type_oid = u.type);
$$ language sql set search_path = pg_catalog, pg_temp;
