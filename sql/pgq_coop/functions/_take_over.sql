-- pgq_coop._take_over(i_main, i_own, i_dead_interval): ends the registration of one other subconsumer that has been silent for longer than i_dead_interval, one with a
-- batch first, and gives the batch, if any, to subscription i_own. Returns the batch id, NULL when there was none to take.
--
-- The batch keeps its id, so that what is noted about it (pgq_ext) still holds. Should its old owner be alive after all, whoever of the two calls
-- finish_batch first ends it; the other one is told 0.
-- Rows that somebody has locked are passed over: their owner is just finishing, or somebody unregisters it.
-- REQUIRES: the lock of _lock_main. Called by: next_batch_custom.
create or replace function pgq_coop._take_over(i_main pgq.subscription, i_own pgq.subscription, i_dead_interval interval)
returns bigint as $$
declare
    dead    pgq.subscription;
begin
    select s.* into dead
        from pgq.subscription s
        join pgq.consumer c on c.co_id = s.sub_consumer
        where s.sub_queue = i_main.sub_queue and s.sub_id = i_main.sub_id
            and s.sub_consumer not in (i_main.sub_consumer, i_own.sub_consumer)
            and s.sub_active < now() - i_dead_interval
        order by (s.sub_batch is null), s.sub_active
        limit 1
        for update of c, s skip locked;
    if not found then
        return null;
    end if;
    delete from pgq.subscription where sub_queue = dead.sub_queue and sub_consumer = dead.sub_consumer;
    delete from pgq.consumer c
        where c.co_id = dead.sub_consumer
            and not exists (select 1 from pgq.subscription other where other.sub_consumer = c.co_id);
    if dead.sub_batch is not null then
        update pgq.subscription
            set sub_batch = dead.sub_batch, sub_last_tick = dead.sub_last_tick, sub_next_tick = dead.sub_next_tick, sub_active = now()
            where sub_queue = i_own.sub_queue and sub_consumer = i_own.sub_consumer;
    end if;
    return dead.sub_batch;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
