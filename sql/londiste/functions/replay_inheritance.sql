-- londiste.replay_inheritance(i_queue_name, i_change): lets a table inherit, or inherit no more, from other tables of the queue, as on the root. Returns how many times it did.
--
-- i_change    "table", "no more", "from": names on the queue; the latter two are lists
--
-- Passed over are tables that this node has not got, or has partitioned, and what is so already. Runs as the owner of the table that inherits, who has to own the other one, too.
-- Locks the table in ACCESS EXCLUSIVE mode, and those that it inherits from in SHARE UPDATE EXCLUSIVE mode. Called by: what _publish_inheritance writes.
create or replace function londiste.replay_inheritance(i_queue_name text, i_change jsonb)
returns integer as $$
declare
    role    constant text := pg_catalog.current_setting('role');
    change  record;
    done    integer := 0;
begin
    for change in
        with here as (
            select t.table_name, c.oid, c.relowner
            from londiste.table_info t
            join pg_catalog.pg_class c on c.oid = londiste.find_table_oid(coalesce(t.dest_table, t.table_name)) and c.relkind = 'r' and not c.relispartition
            where t.queue_name = i_queue_name and t.local
        )
        select c.oid, p.oid as parent, pg_catalog.pg_get_userbyid(c.relowner) as owner, w.verb
        from here c
        cross join lateral (select 'no inherit', n.name, n.nr from pg_catalog.jsonb_array_elements_text(i_change -> 'no more') with ordinality n (name, nr)
                            union all
                            select 'inherit', n.name, n.nr from pg_catalog.jsonb_array_elements_text(i_change -> 'from') with ordinality n (name, nr)) w (verb, name, nr)
        join here p on p.table_name = w.name and p.oid <> c.oid
        where c.table_name = i_change ->> 'table'
            and (w.verb = 'inherit') <> exists (select 1 from pg_catalog.pg_inherits h where h.inhrelid = c.oid and h.inhparent = p.oid)
        order by w.verb desc, w.nr
    loop
        perform pg_catalog.set_config('role', change.owner, true);
        execute pg_catalog.format('alter table %s %s %s', change.oid::pg_catalog.regclass, change.verb, change.parent::pg_catalog.regclass);
        perform pg_catalog.set_config('role', role, true);
        done := done + 1;
    end loop;
    return done;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
