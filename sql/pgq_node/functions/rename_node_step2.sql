-- pgq_node.rename_node_step2(i_queue_name, i_node_name_old, i_node_name_new): the second step, run on every node after the first on all: the old name is replaced
-- wherever it stands, and forgotten: the node's own name, providers, subscribers with their watermark consumers, markers of takeovers, sync_watermark.
-- 200 Step 2: Node o is n now; 301 Step 2: Node o is n already; 404 Node not found: n (step 1 comes first). Locks the node's row.
-- Called by: rename-node.
create or replace function pgq_node.rename_node_step2(
    in i_queue_name text, in i_node_name_old text, in i_node_name_new text,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    c           record;
    new_name    text;
begin
    perform 1 from pgq_node.node_info n where n.queue_name = i_queue_name for update;
    perform 1 from pgq_node.node_location l where l.queue_name = i_queue_name and l.node_name = i_node_name_new;
    if not found then
        select 404, 'Node not found: ' || coalesce(i_node_name_new, 'NULL') into ret_code, ret_note;
        return;
    end if;
    perform 1 from pgq_node.node_location l where l.queue_name = i_queue_name and l.node_name = i_node_name_old;
    if not found then
        select 301, 'Step 2: Node ' || i_node_name_old || ' is ' || i_node_name_new || ' already' into ret_code, ret_note;
        return;
    end if;

    update pgq_node.node_info set node_name = i_node_name_new
        where queue_name = i_queue_name and node_name = i_node_name_old;
    update pgq_node.local_state set provider_node = i_node_name_new
        where queue_name = i_queue_name and provider_node = i_node_name_old;
    update pgq_node.position_proof set provider_node = i_node_name_new
        where queue_name = i_queue_name and provider_node = i_node_name_old;

    -- Consumers that carry the name keep their place under the new one.
    for c in
        select co.co_name, s.sub_last_tick
        from pgq.subscription s
        join pgq.queue q on q.queue_id = s.sub_queue
        join pgq.consumer co on co.co_id = s.sub_consumer
        where q.queue_name = i_queue_name
            and co.co_name in ('.' || i_node_name_old || '.watermark', i_node_name_old || '.gravestone', i_node_name_old || '.dumper')
        order by co.co_name
    loop
        new_name := replace(c.co_name, i_node_name_old || '.', i_node_name_new || '.');
        perform pgq.register_consumer_at(i_queue_name, new_name, c.sub_last_tick);
        update pgq_node.subscriber_info set watermark_name = new_name
            where queue_name = i_queue_name and subscriber_node = i_node_name_old and watermark_name = c.co_name;
        perform pgq.unregister_consumer(i_queue_name, c.co_name);
    end loop;
    update pgq_node.subscriber_info set subscriber_node = i_node_name_new
        where queue_name = i_queue_name and subscriber_node = i_node_name_old;
    update pgq_node.node_info
        set node_attrs = regexp_replace(node_attrs, '((?:^|&)sync_watermark=(?:[^&]*(?:,|%2c|%2C))?)' || regexp_replace(i_node_name_old, '([^[:alnum:]_])', '\\\1', 'g')
                                                    || '(?=$|&|,|%2c|%2C)', '\1' || i_node_name_new)
        where queue_name = i_queue_name and node_attrs ~ 'sync_watermark=';

    delete from pgq_node.node_location where queue_name = i_queue_name and node_name = i_node_name_old;
    select 200, 'Step 2: Node ' || i_node_name_old || ' is ' || i_node_name_new || ' now' into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
