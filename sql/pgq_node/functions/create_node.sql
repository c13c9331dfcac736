-- pgq_node.create_node(i_queue_name, i_node_type, i_node_name, i_worker_name, i_provider_name, i_global_watermark, i_combined_queue): makes the local node of a queue.
--   root    makes the queue; provider, watermark and combined queue are NULL.
--   branch  makes the queue, closed to writers and without a ticker of its own, whose first tick is the watermark.
--   leaf    has no queue; i_combined_queue is the queue its events are merged into, or NULL.
-- The node's location must be registered before. 200 Node "n" initialized for queue "q" with type "t"; 401 with a reason, and nothing is changed.
-- Called by: create-root, create-branch, create-leaf.
create or replace function pgq_node.create_node(
    in i_queue_name text, in i_node_type text, in i_node_name text, in i_worker_name text,
    in i_provider_name text, in i_global_watermark bigint, in i_combined_queue text,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    provider    text := i_provider_name;
    watermark   bigint := i_global_watermark;
begin
    ret_code := 401;
    if i_node_type not in ('root', 'branch', 'leaf') or i_node_type is null then
        ret_note := 'bad node type: ' || coalesce(i_node_type, 'NULL');
        return;
    end if;
    perform 1 from pgq_node.node_info where queue_name = i_queue_name;
    if found then
        ret_note := 'Node already initialized';
        return;
    end if;

    perform pgq._check_transaction('create a node');
    if i_node_type = 'root' then
        if coalesce(i_provider_name, i_global_watermark::text, i_combined_queue) is not null then
            ret_note := 'unexpected args for root';
            return;
        end if;
        perform pgq.create_queue(i_queue_name);
        perform pgq.register_consumer(i_queue_name, '.global_watermark');
        select c.last_tick into watermark from pgq.get_consumer_info(i_queue_name, '.global_watermark') c;
        provider := i_node_name;
    else
        if i_provider_name is null then
            ret_note := 'provider not set for ' || i_node_type;
            return;
        end if;
        if i_global_watermark is null then
            ret_note := 'global watermark not set for ' || i_node_type;
            return;
        end if;
    end if;

    if i_node_type = 'branch' then
        perform pgq.create_queue(i_queue_name);
        update pgq.queue set queue_external_ticker = true, queue_disable_insert = true where queue_name = i_queue_name;
        if i_global_watermark > 1 then
            perform pgq.ticker(i_queue_name, i_global_watermark, now(), 1);
        end if;
        perform pgq.register_consumer_at(i_queue_name, '.global_watermark', i_global_watermark);
    elsif i_node_type = 'leaf' and i_combined_queue is not null then
        perform 1 from pgq_node.node_info where queue_name = i_combined_queue and node_type <> 'leaf';
        if not found then
            ret_note := 'non-existing queue on leaf side: ' || i_combined_queue;
            return;
        end if;
    end if;

    insert into pgq_node.node_info (queue_name, node_type, node_name, worker_name, combined_queue)
        values (i_queue_name, i_node_type, i_node_name, i_worker_name, i_combined_queue);
    perform pgq_node.register_consumer(i_queue_name, i_worker_name, provider, watermark);

    select 200, 'Node "' || i_node_name || '" initialized for queue "' || i_queue_name || '" with type "' || i_node_type || '"'
        into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
