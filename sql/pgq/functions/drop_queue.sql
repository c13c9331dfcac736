-- pgq.drop_queue(x_queue_name, x_force): drops a queue with its tables, sequences and ticks. Returns 1.
-- Locks the queue row FOR UPDATE. Errors: No such event queue; cannot drop queue, consumers still attached (without force).
create or replace function pgq.drop_queue(x_queue_name text, x_force bool)
returns integer as $$
declare
    tblname     text;
    q           record;
    c           record;
begin
    select * into q from pgq.queue where queue_name = x_queue_name for update;
    if not found then
        raise exception 'No such event queue';
    end if;

    if x_force then
        for c in select consumer_name from pgq.get_consumer_info(x_queue_name) loop
            perform pgq.unregister_consumer(x_queue_name, c.consumer_name);
        end loop;
    else
        perform 1 from pgq.subscription where sub_queue = q.queue_id limit 1;
        if found then
            raise exception 'cannot drop queue, consumers still attached';
        end if;
    end if;

    for i in 0 .. q.queue_ntables - 1 loop
        tblname := q.queue_data_pfx || '_' || i::text;
        execute 'drop table if exists ' || pgq.quote_fqname(tblname);
    end loop;
    execute 'drop table if exists ' || pgq.quote_fqname(q.queue_data_pfx);
    delete from pgq.retry_queue where ev_queue = q.queue_id;
    delete from pgq.tick where tick_queue = q.queue_id;
    execute 'drop sequence if exists ' || pgq.quote_fqname(q.queue_tick_seq);
    execute 'drop sequence if exists ' || pgq.quote_fqname(q.queue_event_seq);
    delete from pgq.queue where queue_id = q.queue_id;
    return 1;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;

-- pgq.drop_queue(x_queue_name): the same without force.
create or replace function pgq.drop_queue(x_queue_name text)
returns integer as $$
begin
    return pgq.drop_queue(x_queue_name, false);
end;
$$ language plpgsql strict;
