-- pgq_node.set_global_watermark(i_queue_name, i_watermark): moves the tick that all nodes of the cascade have passed.
-- On the root (NULL: its local watermark) the news goes down as event pgq.global-watermark, also when nothing moved: a branch with
-- sync_watermark passes its own value on with it. On a branch the value is the event's, NULL is 500.
-- 200 Global watermark set to N; 200 Skipping global watermark update to N (a branch has no such tick); 100 on a leaf; 404 Queue q not found.
-- Error: cannot reposition, tick not found. Locks the node's row. Called by: pgqd through maint_watermark, root and branch workers.
create or replace function pgq_node.set_global_watermark(
    in i_queue_name text, in i_watermark bigint,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    node    record;
    mark    bigint := i_watermark;
begin
    select n.node_type, n.worker_name into node
        from pgq_node.node_info n
        where n.queue_name = i_queue_name
        for update;
    if not found then
        select 404, 'Queue ' || coalesce(i_queue_name, 'NULL') || ' not found' into ret_code, ret_note;
        return;
    end if;
    if node.node_type = 'leaf' then
        select 100, 'Ignoring global watermark in leaf' into ret_code, ret_note;
        return;
    end if;

    if node.node_type = 'root' then
        if mark is null then
            select i.local_watermark into mark from pgq_node.get_node_info(i_queue_name) i;
            if mark is null then
                raise exception 'local_watermark=NULL from get_node_info()?';
            end if;
        end if;
        perform pgq.register_consumer_at(i_queue_name, '.global_watermark', mark);
        perform pgq.insert_event(i_queue_name, 'pgq.global-watermark', mark::text, i_queue_name, null, null, null);
        update pgq_node.local_state
            set last_tick_id = mark
            where queue_name = i_queue_name and consumer_name = node.worker_name;
    else
        if mark is null then
            select 500, 'bad usage: wm=null on branch node' into ret_code, ret_note;
            return;
        end if;
        perform 1
            from pgq.queue q
            join pgq.tick t on t.tick_queue = q.queue_id
            where q.queue_name = i_queue_name and t.tick_id = mark;
        if not found then
            select 200, 'Skipping global watermark update to ' || mark::text into ret_code, ret_note;
            return;
        end if;
        perform pgq.register_consumer_at(i_queue_name, '.global_watermark', mark);
    end if;
    select 200, 'Global watermark set to ' || mark::text into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
