-- pgq_node.set_subscriber_watermark(i_queue_name, i_node_name, i_watermark): on the provider, moves what a subscriber and everything below it has passed.
-- 200 .n.watermark set to N; 100 watermark already set; 404 node n not subscribed to queue q; 405 watermark must not be moved backwards.
-- Error: cannot reposition, tick not found. Locks the subscriber's row, so that two callers cannot move it backwards together.
-- Called by: the subscriber's worker.
create or replace function pgq_node.set_subscriber_watermark(
    in i_queue_name text, in i_node_name text, in i_watermark bigint,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    consumer    text;
    old_mark    bigint;
begin
    select s.watermark_name into consumer
        from pgq_node.subscriber_info s
        where s.queue_name = i_queue_name and s.subscriber_node = i_node_name
        for update;
    if not found then
        select 404, 'node ' || i_node_name || ' not subscribed to queue ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    select c.last_tick into old_mark from pgq.get_consumer_info(i_queue_name, consumer) c;
    if i_watermark < old_mark then
        select 405, 'watermark must not be moved backwards' into ret_code, ret_note;
        return;
    end if;
    if i_watermark = old_mark then
        select 100, 'watermark already set' into ret_code, ret_note;
        return;
    end if;
    perform pgq.register_consumer_at(i_queue_name, consumer, i_watermark);
    select 200, consumer || ' set to ' || i_watermark::text into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
