-- pgq_coop.register_subconsumer(i_queue_name, i_consumer_name, i_subconsumer_name): registers a subconsumer, named <consumer>.<subconsumer> in pgq.consumer,
-- and before it the main consumer where that is missing (at the newest tick). Returns 1, or 0 when it is registered already.
-- The subscription shares the main consumer's sub_id and has no position of its own.
-- Locks: the main consumer's subscription row; then the subconsumer's consumer row.
-- Errors: main consumer not found; consumer % is not a subconsumer of % (it is registered by itself); those of pgq.register_consumer.
create or replace function pgq_coop.register_subconsumer(i_queue_name text, i_consumer_name text, i_subconsumer_name text)
returns integer as $$
declare
    sub_name    text := i_consumer_name || '.' || i_subconsumer_name;
    main        pgq.subscription;
    c_id        integer;
    their_id    integer;
begin
    if sub_name is null then
        raise exception 'Invalid NULL value';
    end if;
    main := pgq_coop._lock_main(i_queue_name, i_consumer_name);
    if main.sub_id is null then
        perform pgq.register_consumer(i_queue_name, i_consumer_name);
        main := pgq_coop._lock_main(i_queue_name, i_consumer_name);
        if main.sub_id is null then
            raise exception 'main consumer not found';
        end if;
    end if;

    select s.sub_id into their_id
        from pgq.subscription s
        join pgq.consumer c on c.co_id = s.sub_consumer
        where s.sub_queue = main.sub_queue and c.co_name = sub_name;
    if not found then
        -- Its consumer row may be there because of another queue, or go away or come at this moment.
        loop
            select co_id into c_id from pgq.consumer where co_name = sub_name for update;
            exit when found;
            insert into pgq.consumer (co_name) values (sub_name) on conflict on constraint consumer_name_uq do nothing;
        end loop;
        insert into pgq.subscription (sub_id, sub_queue, sub_consumer)
            values (main.sub_id, main.sub_queue, c_id)
            on conflict on constraint subscription_pkey do nothing;
        if found then
            return 1;
        end if;
        -- Somebody has registered a consumer of that name since.
        select sub_id into their_id from pgq.subscription where sub_queue = main.sub_queue and sub_consumer = c_id;
    end if;
    if their_id is distinct from main.sub_id then
        raise exception 'consumer % is not a subconsumer of %', sub_name, i_consumer_name
            using hint = 'A consumer of that name reads the queue by itself. Choose another name for the subconsumer.';
    end if;
    return 0;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
