-- pgq._is_braked(i_queue_id, i_tick_id): whether a subscription that was active in the last minute has not finished this tick, the newest one (watermark
-- consumers and idle subconsumers apart): consumers that take one tick per batch would fall behind for ever if ticks came early. Called by: ticker_on_demand,
-- _tick_moved.
create or replace function pgq._is_braked(i_queue_id integer, i_tick_id bigint)
returns boolean as $$
begin
    return exists (
        select 1
        from pgq.subscription s
        join pgq.consumer c on c.co_id = s.sub_consumer
        where s.sub_queue = i_queue_id
            and s.sub_active between now() - interval '1 minute' and now() + interval '1 minute'     -- the clock may have been put back
            and (s.sub_last_tick < i_tick_id or s.sub_batch is not null)
            and s.sub_last_tick is not null
            and c.co_name <> '.global_watermark' and c.co_name not like '.%.watermark');
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
