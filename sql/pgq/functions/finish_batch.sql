-- pgq.finish_batch(x_batch_id): ends a batch; the next one can be asked for. Returns 1; for an unknown batch a warning and 0.
-- A subconsumer's subscription keeps no position of its own: a tick left there would hold back rotation for ever.
-- Locks the subscription row.
create or replace function pgq.finish_batch(x_batch_id bigint)
returns integer as $$
begin
    update pgq.subscription
        set sub_active = now(),
            sub_last_tick = case when pgq._is_subconsumer(sub_queue, sub_consumer) then null else sub_next_tick end,
            sub_next_tick = null, sub_batch = null
        where sub_batch = x_batch_id;
    if not found then
        raise warning 'finish_batch: batch % not found', x_batch_id;
        return 0;
    end if;
    return 1;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
