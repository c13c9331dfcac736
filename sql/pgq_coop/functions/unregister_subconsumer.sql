-- pgq_coop.unregister_subconsumer(i_queue_name, i_consumer_name, i_subconsumer_name, i_batch_handling): ends a subconsumer's registration; the main consumer stays.
-- i_batch_handling: 1: drop its active batch, whose events nobody will get any more; otherwise such a subconsumer is refused.
-- Returns 1, or 0 when it is not registered. Error: subconsumer has active batch.
-- Locks: the main consumer's subscription row; then the subconsumer's rows.
create or replace function pgq_coop.unregister_subconsumer(
    i_queue_name text, i_consumer_name text, i_subconsumer_name text, i_batch_handling integer)
returns integer as $$
declare
    sub_name    text := i_consumer_name || '.' || i_subconsumer_name;
    main        pgq.subscription;
    active      bigint;
begin
    main := pgq_coop._lock_main(i_queue_name, i_consumer_name);
    if main.sub_id is null then
        return 0;
    end if;
    perform 1 from pgq.consumer where co_name = sub_name for update;
    select s.sub_batch into active
        from pgq.subscription s
        join pgq.consumer c on c.co_id = s.sub_consumer
        where s.sub_queue = main.sub_queue and s.sub_id = main.sub_id and c.co_name = sub_name
        for update of s;
    if not found then
        return 0;
    end if;
    if active is not null and i_batch_handling is distinct from 1 then
        raise exception 'subconsumer has active batch';
    end if;
    return pgq.unregister_consumer(i_queue_name, sub_name);
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
