-- pgq_coop._lock_main(i_queue_name, i_consumer_name): locks the main consumer's subscription row to the end of the transaction and returns it; all NULL
-- when it is not registered.
--
-- Whoever adds, removes or gives work to subconsumers holds this lock, and takes it before any lock on a subconsumer's rows. Locks on the consumer row of a
-- subconsumer come before those on its subscription row, as in pgq.unregister_consumer.
-- Called by: the functions of pgq_coop.
create or replace function pgq_coop._lock_main(i_queue_name text, i_consumer_name text)
returns pgq.subscription as $$
declare
    main    pgq.subscription;
begin
    select s.* into main
        from pgq.subscription s
        join pgq.queue q on q.queue_id = s.sub_queue
        join pgq.consumer c on c.co_id = s.sub_consumer
        where q.queue_name = i_queue_name and c.co_name = i_consumer_name
        for update of s;
    return main;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
