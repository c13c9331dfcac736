-- pgq_node.set_global_watermark(i_queue_name, i_watermark): moves the tick that every node is known to have reached.
-- Root: NULL takes the local watermark; goes down the cascade as event pgq.global-watermark. Branch: follows if it has that tick. Leaf: nothing.
-- 200 Global watermark set to N; 200 Skipping global watermark update to N; 100 Ignoring global watermark in leaf; 404 Queue q not found; 500 bad usage: wm=null on branch node.
create or replace function pgq_node.set_global_watermark(
    in i_queue_name text, in i_watermark bigint,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    node    record;
    wm      bigint := i_watermark;
begin
    select n.node_type, n.worker_name into node from pgq_node.node_info n where n.queue_name = i_queue_name for update;
    if not found then
        select 404, 'Queue ' || i_queue_name || ' not found' into ret_code, ret_note;
        return;
    end if;

    if node.node_type = 'leaf' then
        select 100, 'Ignoring global watermark in leaf' into ret_code, ret_note;
        return;
    elsif node.node_type = 'branch' then
        if wm is null then
            select 500, 'bad usage: wm=null on branch node' into ret_code, ret_note;
            return;
        end if;
        perform 1 from pgq.queue q join pgq.tick t on t.tick_queue = q.queue_id
            where q.queue_name = i_queue_name and t.tick_id = wm;
        if not found then
            select 200, 'Skipping global watermark update to ' || wm::text into ret_code, ret_note;
            return;
        end if;
        perform pgq.register_consumer_at(i_queue_name, '.global_watermark', wm);
    else
        if wm is null then
            select i.local_watermark into wm from pgq_node.get_node_info(i_queue_name) i;
            if wm is null then
                raise exception 'local_watermark=NULL from get_node_info()?';
            end if;
        end if;
        perform pgq.register_consumer_at(i_queue_name, '.global_watermark', wm);
        perform pgq.insert_event(i_queue_name, 'pgq.global-watermark', wm::text, i_queue_name, null, null, null);
        update pgq_node.local_state set last_tick_id = wm
            where queue_name = i_queue_name and consumer_name = node.worker_name;
    end if;
    select 200, 'Global watermark set to ' || wm::text into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
