-- pgq.drop_queue(x_queue_name, x_force): drops a queue with its tables, sequences and ticks. Returns 1.
-- x_force: also end all its subscriptions, with their retry events.
-- Errors: No such event queue; cannot drop queue, consumers still attached (without force).
--
-- Locks, in an order that agrees with everybody else's: the queue row FOR NO KEY UPDATE (registrations wait), consumer rows, subscription rows, retry events, the
-- ticker lock, the queue row FOR UPDATE (nobody refers to it any more), the event sequence (waits for writers), the event tables. Whoever ticks other
-- queues does not wait for it.
create or replace function pgq.drop_queue(x_queue_name text, x_force bool)
returns integer as $$
declare
    q   record;
    c   record;
    f   text;
begin
    select * into q from pgq.queue where queue_name = x_queue_name for no key update;
    if not found then
        raise exception 'No such event queue';
    end if;
    if x_force then
        perform 1 from pgq.consumer
            where co_id in (select sub_consumer from pgq.subscription where sub_queue = q.queue_id)
            order by co_id
            for update;
        for c in select consumer_name from pgq.get_consumer_info(x_queue_name) loop
            perform pgq.unregister_consumer(x_queue_name, c.consumer_name);
        end loop;
    elsif exists (select 1 from pgq.subscription where sub_queue = q.queue_id) then
        raise exception 'cannot drop queue, consumers still attached';
    end if;
    delete from pgq.retry_queue where ev_queue = q.queue_id;

    begin
        execute format('lock table only %s in access exclusive mode', pgq.quote_fqname(q.queue_data_pfx));
    exception
        when undefined_table then
            null;   -- broken, or somebody else was faster
    end;
    perform 1 from pgq.queue where queue_id = q.queue_id for update;

    -- Writers move the sequence first and open the table then.
    execute format('alter sequence if exists %s owned by none', pgq.quote_fqname(q.queue_event_seq));
    for nr in 0 .. q.queue_ntables - 1 loop
        execute format('drop table if exists %s', pgq.quote_fqname(q.queue_data_pfx || '_' || nr));
    end loop;
    execute format('drop table if exists %s', pgq.quote_fqname(q.queue_data_pfx));
    execute format('drop sequence if exists %s', pgq.quote_fqname(q.queue_tick_seq));
    execute format('drop sequence if exists %s', pgq.quote_fqname(q.queue_event_seq));
    delete from pgq.retry_queue where ev_queue = q.queue_id;
    delete from pgq.condition where queue_name = x_queue_name;
    delete from pgq.tick where tick_queue = q.queue_id;
    delete from pgq.queue where queue_id = q.queue_id;

    -- What prepare_captures made, where it is.
    for f in
        select oid::regprocedure from pg_catalog.pg_proc
        where pronamespace = 'pgq'::regnamespace and proname ~ ('^_(store|capture)_' || q.queue_id || '_[0-9a-f]{32}$')
        order by proname
    loop
        execute format('drop function if exists %s', f);
    end loop;
    return 1;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;

-- pgq.drop_queue(x_queue_name): the same without force.
create or replace function pgq.drop_queue(x_queue_name text)
returns integer as $$
begin
    return pgq.drop_queue(x_queue_name, false);
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
