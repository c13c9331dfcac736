-- pgq_node.promote_branch(i_queue_name): turns a branch into the root: events are accepted, ticks are made here.
-- 200 Branch node promoted to root; 301 Node not branch; 404 Node not initialized for queue: q. Locks the node's and the queue's row.
-- Called by: takeover, after the old root's last tick has arrived here.
create or replace function pgq_node.promote_branch(
    in i_queue_name text,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    node        record;
    q           record;
    last_tick   int8;
    last_event  int8;
begin
    select n.node_type, n.node_name, n.worker_name into node
        from pgq_node.node_info n
        where n.queue_name = i_queue_name
        for update;
    if not found then
        select 404, 'Node not initialized for queue: ' || coalesce(i_queue_name, 'NULL') into ret_code, ret_note;
        return;
    end if;
    if node.node_type <> 'branch' then
        select 301, 'Node not branch' into ret_code, ret_note;
        return;
    end if;

    update pgq.queue
        set queue_disable_insert = false, queue_external_ticker = false
        where queue_name = i_queue_name
        returning * into q;

    -- Own ticks and events continue where the copied ones end. The ticks' event_seq cannot be trusted for that: a branch worker
    -- that starts with an empty batch knows no event id. The newest events by transaction hold the highest id.
    select t.tick_id into last_tick
        from pgq.tick t
        where t.tick_queue = q.queue_id
        order by t.tick_queue desc, t.tick_id desc
        limit 1;
    perform pgq.seq_setval(q.queue_tick_seq, last_tick);
    execute 'select max(ev_id) from (select ev_id from ' || pgq.quote_fqname(q.queue_data_pfx)
            || ' order by ev_txid desc limit 100000) newest'
        into last_event;
    perform pgq.seq_setval(q.queue_event_seq, last_event);

    update pgq_node.node_info set node_type = 'root' where queue_name = i_queue_name;
    update pgq_node.local_state
        set provider_node = node.node_name, last_tick_id = last_tick, uptodate = false
        where queue_name = i_queue_name and consumer_name = node.worker_name;
    perform pgq_node.wake_worker(i_queue_name);
    select 200, 'Branch node promoted to root' into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
