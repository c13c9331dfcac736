-- londiste.local_drop_tables(i_queue_name, i_tables): tables that were dropped on the root leave the queue. Those of this database are dropped, as their owners, where they have
-- the queue's name and no other queue has them.
-- 200 Tables dropped: n; 401 Must not run on root node: q. Error: something here needs a table.
-- Locks the table_info rows and the tables, in ACCESS EXCLUSIVE mode. Called by: what _follow_drops publishes.
create or replace function londiste.local_drop_tables(
    in i_queue_name text, in i_tables text[],
    out ret_code int4, out ret_note text)
as $$
declare
    role    constant text := pg_catalog.current_setting('role');
    dropped oid[];
    tbl     record;
begin
    if pgq_node.is_root_node(i_queue_name) then
        select 401, 'Must not run on root node: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    select coalesce(pg_catalog.array_agg(r.oid), '{}') into dropped
        from londiste.table_info t
        cross join lateral (values (londiste.find_table_oid(t.table_name))) r (oid)
        where t.queue_name = i_queue_name and t.table_name = any (i_tables) and t.local and t.dest_table is null and r.oid is not null
            and not exists (select 1 from londiste.table_info o
                            where o.queue_name <> i_queue_name and o.local and coalesce(o.dest_table, o.table_name) = t.table_name);
    perform londiste.global_remove_table(i_queue_name, t.table_name)
        from londiste.table_info t
        where t.queue_name = i_queue_name and t.table_name = any (i_tables);

    -- They may refer to each other.
    for tbl in
        select k.conrelid as oid, k.conname, pg_catalog.pg_get_userbyid(c.relowner) as owner
        from pg_catalog.pg_constraint k
        join pg_catalog.pg_class c on c.oid = k.conrelid
        where k.contype = 'f' and k.conparentid = 0 and k.conrelid = any (dropped) and k.confrelid = any (dropped) and k.conrelid <> k.confrelid
    loop
        perform pg_catalog.set_config('role', tbl.owner, true);
        execute pg_catalog.format('alter table %s drop constraint %I', tbl.oid::pg_catalog.regclass, tbl.conname);
        perform pg_catalog.set_config('role', role, true);
    end loop;
    for tbl in
        select c.oid, n.nspname || '.' || c.relname as name, pg_catalog.pg_get_userbyid(c.relowner) as owner
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.oid = any (dropped)
        -- what inherits goes before what it inherits from
        order by (with recursive above (oid, depth) as (
                      select c.oid, 0
                      union select h.inhparent, a.depth + 1 from pg_catalog.pg_inherits h join above a on a.oid = h.inhrelid)
                  select max(a.depth) from above a) desc, c.oid desc
    loop
        perform pg_catalog.set_config('role', tbl.owner, true);
        execute pg_catalog.format('drop table %s', tbl.oid::pg_catalog.regclass);
        perform pg_catalog.set_config('role', role, true);
        delete from londiste.pending_fkeys p where tbl.name in (p.from_table, p.to_table);
    end loop;
    select 200, 'Tables dropped: ' || pg_catalog.cardinality(dropped) into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
