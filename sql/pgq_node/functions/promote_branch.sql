-- pgq_node.promote_branch(i_queue_name): turns a branch into the root. 200 Branch node promoted to root; 301 Node not branch; 404 Node not initialized for queue: q.
create or replace function pgq_node.promote_branch(
    in i_queue_name text,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    node        record;
    q           record;
    newest      bigint;
begin
    select n.node_type, n.node_name, n.worker_name into node from pgq_node.node_info n where n.queue_name = i_queue_name for update;
    if not found then
        select 404, 'Node not initialized for queue: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    if node.node_type <> 'branch' then
        select 301, 'Node not branch' into ret_code, ret_note;
        return;
    end if;

    update pgq.queue set queue_disable_insert = false, queue_external_ticker = false
        where queue_name = i_queue_name
        returning queue_id, queue_tick_seq into q;
    select max(t.tick_id) into newest from pgq.tick t where t.tick_queue = q.queue_id;
    perform pgq.seq_setval(q.queue_tick_seq, newest);
    update pgq_node.node_info set node_type = 'root' where queue_name = i_queue_name;
    update pgq_node.local_state
        set provider_node = node.node_name, last_tick_id = newest, uptodate = false
        where queue_name = i_queue_name and consumer_name = node.worker_name;
    select 200, 'Branch node promoted to root' into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
