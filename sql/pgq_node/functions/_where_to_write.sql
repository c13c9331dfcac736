-- pgq_node._where_to_write(i_queue_name): for people whose change was refused on this node: which node to turn to. Of a connect string it tells host, port and
-- database, which is what they need; never user or password. NULL: the queue has no node, or takes events. Called by: pgq._disallowed_hint.
create or replace function pgq_node._where_to_write(i_queue_name text)
returns text as $$
declare
    node    record;
    target  text;
begin
    select n.node_name, n.node_type, s.provider_node, l.node_location, q.queue_disable_insert into node
        from pgq_node.node_info n
        join pgq.queue q on q.queue_name = n.queue_name
        left join pgq_node.local_state s on s.queue_name = n.queue_name and s.consumer_name = n.worker_name
        left join pgq_node.node_location l on l.queue_name = s.queue_name and l.node_name = s.provider_node
        where n.queue_name = i_queue_name;
    if not found or not node.queue_disable_insert then
        return null;
    end if;
    if node.node_type = 'root' then
        select ' (' || c.subject || ')' into target
            from pgq.condition c
            where c.queue_name = i_queue_name and c.kind = 'procedure_unfinished';
        return format('Node "%s" of queue "%s" gives its place as root to another node%s: try again in a moment, and then there.',
            node.node_name, i_queue_name, coalesce(target, ''));
    end if;
    if node.node_location like '%://%' then
        target := substring(node.node_location from '://(?:[^@/]*@)?([^?]*)');
    else
        select string_agg(m[1] || '=' || m[2], ' ') into target
            from regexp_matches(node.node_location, '(?:^|\s)(service|host|hostaddr|port|dbname)\s*=\s*(''(?:[^''\\]|\\.)*''|\S+)', 'gi') m;
    end if;
    return format('Node "%s" is a branch of queue "%s": change the rows on the root, from where they come here. It reads from node "%s"%s.',
        node.node_name, i_queue_name, node.provider_node, coalesce(', ' || target, ''));
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
