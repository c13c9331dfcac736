-- pgq_coop.next_batch_custom(i_queue_name, i_consumer_name, i_subconsumer_name, i_min_lag, i_min_count, i_min_interval, i_dead_interval): gives the subconsumer a
-- batch and returns its id; its active one until that is finished; NULL when there is nothing. Registers consumer and subconsumer as needed.
-- i_min_lag, i_min_count, i_min_interval: as in pgq.next_batch_custom. i_dead_interval: first take over from a subconsumer that has
-- been silent for longer than that (its registration ends, also without a batch); NULL: never. A long batch is kept by calling this meanwhile.
--
-- The main consumer's position moves on at once, the subconsumer's own row holds the two ticks: so rotation waits for every batch.
-- Batches of different subconsumers may be finished in any order.
-- Locks: the main consumer's subscription row, so keep the transaction short; then the subconsumer's own row.
-- Errors: main consumer has batch open?; subconsumer not found (it was unregistered at this moment); those of register_subconsumer.
create or replace function pgq_coop.next_batch_custom(
    i_queue_name text, i_consumer_name text, i_subconsumer_name text,
    i_min_lag interval, i_min_count integer, i_min_interval interval, i_dead_interval interval)
returns bigint as $$
declare
    main    pgq.subscription;
    own     pgq.subscription;
    batch   record;
    taken   bigint;
begin
    perform pgq_coop.register_subconsumer(i_queue_name, i_consumer_name, i_subconsumer_name);
    main := pgq_coop._lock_main(i_queue_name, i_consumer_name);
    if main.sub_next_tick is not null then
        raise exception 'main consumer has batch open?';
    end if;

    select s.* into own
        from pgq.subscription s
        join pgq.consumer c on c.co_id = s.sub_consumer
        where s.sub_queue = main.sub_queue and s.sub_id = main.sub_id
            and c.co_name = i_consumer_name || '.' || i_subconsumer_name
        for update of s;
    if not found then
        raise exception 'subconsumer not found';
    end if;
    if own.sub_batch is not null then
        update pgq.subscription set sub_active = now() where sub_queue = own.sub_queue and sub_consumer = own.sub_consumer;
        return own.sub_batch;
    end if;

    if i_dead_interval is not null then
        taken := pgq_coop._take_over(main, own, i_dead_interval);
        if taken is not null then
            return taken;
        end if;
    end if;

    select * into batch from pgq.next_batch_custom(i_queue_name, i_consumer_name, i_min_lag, i_min_count, i_min_interval);
    if batch.batch_id is null then
        return null;
    end if;
    perform pgq.finish_batch(batch.batch_id);
    update pgq.subscription
        set sub_batch = batch.batch_id, sub_last_tick = batch.prev_tick_id, sub_next_tick = batch.cur_tick_id, sub_active = now()
        where sub_queue = own.sub_queue and sub_consumer = own.sub_consumer;
    return batch.batch_id;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;

-- pgq_coop.next_batch_custom(i_queue_name, i_consumer_name, i_subconsumer_name, i_min_lag, i_min_count, i_min_interval): the same without taking over.
create or replace function pgq_coop.next_batch_custom(
    i_queue_name text, i_consumer_name text, i_subconsumer_name text,
    i_min_lag interval, i_min_count integer, i_min_interval interval)
returns bigint as $$
begin
    return pgq_coop.next_batch_custom(i_queue_name, i_consumer_name, i_subconsumer_name, i_min_lag, i_min_count, i_min_interval, null);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
