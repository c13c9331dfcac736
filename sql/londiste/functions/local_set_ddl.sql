-- londiste.local_set_ddl(i_queue_name, i_mode, i_options): stores what becomes of changes of structure, see table ddl_setting, and remembers what tables look like now. Where
-- changes are to be published and the caller is a superuser the event triggers are made, too; a branch needs them as soon as it is the root. They go when no queue here needs them.
-- 200 Changes of structure: m; 404 No such queue: q; 400 for values that do not exist.
-- Locks: londiste.ddl_setting, and londiste.table_info against changes: waits for those who add a table.
-- Called by: set_ddl on the root; the EXECUTE event that it writes, elsewhere; create-branch and create-leaf.
create or replace function londiste.local_set_ddl(
    in i_queue_name text, in i_mode text, in i_options jsonb,
    out ret_code int4, out ret_note text)
as $$
declare
    wrong   text;
begin
    if i_mode is null or i_mode not in ('off', 'check', 'replicate') then
        select 400, 'No such setting: ' || coalesce(i_mode, 'NULL') into ret_code, ret_note;
        return;
    end if;
    select o.key into wrong
        from jsonb_each(i_options) o
        where case o.key when 'unsafe' then o.value in ('"refuse"', '"check"')
                         when 'grants' then o.value in ('true', 'false')
                         when 'tables' then jsonb_typeof(o.value) = 'array' and not jsonb_path_exists(o.value, 'strict $[*] ? (@.type() != "string")')
                         else false end is not true
        limit 1;
    if found then
        select 400, pg_catalog.format('No such option: %s = %s', wrong, i_options -> wrong) into ret_code, ret_note;
        return;
    end if;
    if not exists (select 1 from pgq_node.node_info n where n.queue_name = i_queue_name) then
        select 404, 'No such queue: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    -- Another queue's node may be dropped right now, and the event triggers with it: wait, then look.
    lock table londiste.ddl_setting in share row exclusive mode;
    -- A table that is added right now would be noted neither here nor there.
    lock table londiste.table_info in share row exclusive mode;
    insert into londiste.ddl_setting as d (queue_name, mode, options) values (i_queue_name, i_mode, i_options)
        on conflict on constraint ddl_setting_pkey do update set mode = excluded.mode, options = excluded.options;
    if i_mode = 'replicate' then
        perform londiste._note_structure(i_queue_name, null);
        perform londiste._note_seqs(i_queue_name, null);
        if not pgq_node.is_leaf_node(i_queue_name) then
            perform londiste.create_ddl_triggers();
        end if;
    else
        delete from londiste.table_structure s where s.queue_name = i_queue_name;
        delete from londiste.partition_structure p where p.queue_name = i_queue_name;
        perform londiste._drop_unneeded_ddl_triggers();
        delete from londiste.type_structure t where t.queue_name = i_queue_name;
        delete from londiste.seq_structure s where s.queue_name = i_queue_name;
    end if;
    select 200, 'Changes of structure: ' || i_mode into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
