-- pgq_coop.finish_batch(i_batch_id): ends a subconsumer's batch. Returns 1; for an unknown one, or a batch of a consumer that is no subconsumer, a warning and 0.
-- 0 also means that another subconsumer has taken the batch over and finished it: then roll the work back.
-- Locks the subconsumer's subscription row.
create or replace function pgq_coop.finish_batch(i_batch_id bigint)
returns integer as $$
begin
    update pgq.subscription
        set sub_active = now(), sub_last_tick = null, sub_next_tick = null, sub_batch = null
        where sub_batch = i_batch_id and pgq._is_subconsumer(sub_queue, sub_consumer);
    if not found then
        raise warning 'coop_finish_batch: batch % not found', i_batch_id;
        return 0;
    end if;
    return 1;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
