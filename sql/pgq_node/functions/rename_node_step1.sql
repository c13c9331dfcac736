-- pgq_node.rename_node_step1(i_queue_name, i_node_name_old, i_node_name_new): the first of two steps, run on every node before the second on any: the new name is
-- known, and leads where the old one does.
-- 200 Step 1: Node o is also known as n; 301 Step 1: Node o is already known as n; 404 Node not found: o; 409 Node already exists: n. Locks the node's row.
-- On the root the news goes down the cascade. Called by: rename-node.
create or replace function pgq_node.rename_node_step1(
    in i_queue_name text, in i_node_name_old text, in i_node_name_new text,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    old_location    record;
    new_location    record;
begin
    perform 1 from pgq_node.node_info n where n.queue_name = i_queue_name for update;
    select l.node_location, l.dead into new_location
        from pgq_node.node_location l where l.queue_name = i_queue_name and l.node_name = i_node_name_new;
    if found then
        select l.node_location into old_location
            from pgq_node.node_location l where l.queue_name = i_queue_name and l.node_name = i_node_name_old;
        if found and old_location.node_location <> new_location.node_location then
            select 409, 'Node already exists: ' || i_node_name_new into ret_code, ret_note;
        else
            select 301, 'Step 1: Node ' || i_node_name_old || ' is already known as ' || i_node_name_new into ret_code, ret_note;
        end if;
        return;
    end if;
    select l.node_location, l.dead into old_location
        from pgq_node.node_location l where l.queue_name = i_queue_name and l.node_name = i_node_name_old;
    if not found then
        select 404, 'Node not found: ' || coalesce(i_node_name_old, 'NULL') into ret_code, ret_note;
        return;
    end if;
    perform pgq_node.register_location(i_queue_name, i_node_name_new, old_location.node_location, old_location.dead);
    select 200, 'Step 1: Node ' || i_node_name_old || ' is also known as ' || i_node_name_new into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
