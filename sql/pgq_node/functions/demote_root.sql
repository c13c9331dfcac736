-- pgq_node.demote_root(i_queue_name, i_step, i_new_provider): turns the root into a branch, in three steps, each in a transaction of its own.
--   1  refuses new events.                          200 Step 1: Writing disabled for: q
--   2  waits for the writers that are under way and makes the last tick, which holds all their events; last_tick is its id.
--      Locks the event tables IN EXCLUSIVE MODE.    200 Step 2: Inserted last tick: q
--   3  becomes a branch that reads from i_new_provider, at the newest tick.  200 Step 3: Demoted root to branch: q
-- Steps 1 and 2 can be repeated. 404 Node not initialized for queue: q; 404 New node not found: n; 301 Node not root.
-- Errors: steps in wrong order; incorrect step number. Locks the node's row.
-- Called by: takeover (the live root), resurrect.
create or replace function pgq_node.demote_root(
    in i_queue_name text, in i_step int4, in i_new_provider text,
    out ret_code int4, out ret_note text, out last_tick int8)
returns record as $$
declare
    node    record;
    q       record;
    ev_id   int8;
begin
    select n.node_type, n.worker_name into node
        from pgq_node.node_info n
        where n.queue_name = i_queue_name
        for update;
    if not found then
        select 404, 'Node not initialized for queue: ' || coalesce(i_queue_name, 'NULL') into ret_code, ret_note;
        return;
    end if;
    if node.node_type <> 'root' then
        select 301, 'Node not root' into ret_code, ret_note;
        return;
    end if;

    select * into q from pgq.queue where queue_name = i_queue_name for no key update;
    if i_step in (2, 3) and not (q.queue_disable_insert and q.queue_external_ticker) then
        raise exception 'steps in wrong order';
    end if;

    if i_step = 1 then
        update pgq.queue
            set queue_disable_insert = true, queue_external_ticker = true
            where queue_name = i_queue_name;
        select 200, 'Step 1: Writing disabled for: ' || i_queue_name into ret_code, ret_note;
    elsif i_step = 2 then
        execute 'lock table ' || pgq.quote_fqname(q.queue_data_pfx) || ' in exclusive mode';
        last_tick := nextval(q.queue_tick_seq::regclass);
        ev_id := nextval(q.queue_event_seq::regclass);
        perform pgq.ticker(i_queue_name, last_tick, now(), ev_id);
        select 200, 'Step 2: Inserted last tick: ' || i_queue_name into ret_code, ret_note;
    elsif i_step = 3 then
        perform 1 from pgq_node.node_location where queue_name = i_queue_name and node_name = i_new_provider;
        if not found then
            select 404, 'New node not found: ' || coalesce(i_new_provider, 'NULL') into ret_code, ret_note;
            return;
        end if;
        select t.tick_id into last_tick
            from pgq.tick t
            where t.tick_queue = q.queue_id
            order by t.tick_queue desc, t.tick_id desc
            limit 1;
        update pgq_node.node_info set node_type = 'branch' where queue_name = i_queue_name;
        update pgq_node.local_state
            set provider_node = i_new_provider, last_tick_id = last_tick, uptodate = false
            where queue_name = i_queue_name and consumer_name = node.worker_name;
        perform pgq_node.wake_worker(i_queue_name);
        select 200, 'Step 3: Demoted root to branch: ' || i_queue_name into ret_code, ret_note;
    else
        raise exception 'incorrect step number';
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
