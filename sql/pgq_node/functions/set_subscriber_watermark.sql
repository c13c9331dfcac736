-- pgq_node.set_subscriber_watermark(i_queue_name, i_node_name, i_watermark): a subscriber tells how far it and all below it are. Called on its provider.
-- 200 .n.watermark set to N; 100 watermark already set; 404 node n not subscribed to queue q; 405 watermark must not be moved backwards. A missing tick raises.
create or replace function pgq_node.set_subscriber_watermark(
    in i_queue_name text, in i_node_name text, in i_watermark bigint,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    wm_name     text;
    cur         bigint;
begin
    wm_name := '.' || i_node_name || '.watermark';
    select c.last_tick into cur from pgq.get_consumer_info(i_queue_name, wm_name) c;
    if not found then
        select 404, 'node ' || i_node_name || ' not subscribed to queue ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    if i_watermark < cur then
        select 405, 'watermark must not be moved backwards' into ret_code, ret_note;
        return;
    end if;
    if i_watermark = cur then
        select 100, 'watermark already set' into ret_code, ret_note;
        return;
    end if;
    perform pgq.register_consumer_at(i_queue_name, wm_name, i_watermark);
    select 200, wm_name || ' set to ' || i_watermark::text into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
