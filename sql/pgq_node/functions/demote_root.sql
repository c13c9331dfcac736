-- pgq_node.demote_root(i_queue_name, i_step, i_new_provider): turns a root into a branch, in three separate transactions; steps 1 and 2 may be repeated.
-- Step 1 disables writing. Step 2 waits for writers (locks the event tables in EXCLUSIVE mode) and makes the last tick. Step 3 changes the node.
-- 200; 301 Node not root; 404 Node not initialized for queue: q. Errors: steps in wrong order; incorrect step number.
create or replace function pgq_node.demote_root(
    in i_queue_name text, in i_step int4, in i_new_provider text,
    out ret_code int4, out ret_note text, out last_tick int8)
returns record as $$
declare
    node    record;
    q       record;
    ev_seq  bigint;
begin
    select n.node_type, n.worker_name into node from pgq_node.node_info n where n.queue_name = i_queue_name for update;
    if not found then
        select 404, 'Node not initialized for queue: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    if node.node_type <> 'root' then
        select 301, 'Node not root' into ret_code, ret_note;
        return;
    end if;
    select * into q from pgq.queue where queue_name = i_queue_name for update;
    if i_step > 1 and not (q.queue_disable_insert and q.queue_external_ticker) then
        raise exception 'steps in wrong order';
    end if;

    if i_step = 1 then
        update pgq.queue set queue_disable_insert = true, queue_external_ticker = true where queue_name = i_queue_name;
        select 200, 'Step 1: Writing disabled for: ' || i_queue_name into ret_code, ret_note;
    elsif i_step = 2 then
        perform set_config('session_replication_role', 'replica', true);
        execute 'lock table ' || pgq.quote_fqname(q.queue_data_pfx) || ' in exclusive mode';
        last_tick := nextval(q.queue_tick_seq::regclass);
        ev_seq := nextval(q.queue_event_seq::regclass);
        perform pgq.ticker(i_queue_name, last_tick, now(), ev_seq);
        select 200, 'Step 2: Inserted last tick: ' || i_queue_name into ret_code, ret_note;
    elsif i_step = 3 then
        select max(t.tick_id) into last_tick from pgq.tick t where t.tick_queue = q.queue_id;
        update pgq_node.node_info set node_type = 'branch' where queue_name = i_queue_name;
        update pgq_node.local_state
            set provider_node = i_new_provider, last_tick_id = last_tick, uptodate = false
            where queue_name = i_queue_name and consumer_name = node.worker_name;
        select 200, 'Step 3: Demoted root to branch: ' || i_queue_name into ret_code, ret_note;
    else
        raise exception 'incorrect step number';
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
