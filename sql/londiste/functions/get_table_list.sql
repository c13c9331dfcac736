-- londiste.get_table_list(i_queue_name): the tables of a queue with their state here, in the order they were added.
-- copy_role and copy_pos are those of londiste._coordinate_copy, NULL and 0 for tables that are not being copied.
-- Called by: workers at every batch (their own node and the provider), tables, status.
create or replace function londiste.get_table_list(
    in i_queue_name text,
    out table_name text, out local boolean, out merge_state text, out custom_snapshot text, out table_attrs text,
    out dropped_ddl text, out copy_role text, out copy_pos int4, out dest_table text)
returns setof record as $$
    select t.table_name, t.local, t.merge_state, t.custom_snapshot, t.table_attrs, t.dropped_ddl,
           c.copy_role, coalesce(c.copy_pos, 0), t.dest_table
    from londiste.table_info t
    -- Tested inside, and kept there by "offset 0", so that the function is not called for the many tables that are in sync.
    left join lateral (
        select * from londiste._coordinate_copy(t.queue_name, t.table_name)
        where t.local and t.merge_state is distinct from 'ok'
            -- with one queue there is nobody to wait for
            and exists (select 1 from pgq_node.node_info n where n.queue_name <> t.queue_name)
        offset 0) c on true
    where t.queue_name = i_queue_name
    order by t.nr, t.table_name;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
