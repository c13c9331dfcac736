-- pgq.register_consumer_at(x_queue_name, x_consumer_name, x_tick_pos): subscribes a consumer at a tick (NULL: the newest), or moves a subscription there, dropping its
-- open batch. Returns 1 for a new one, 0 otherwise. Locks the consumer row.
-- Errors: Event queue not created yet; cannot reposition, tick not found: <tick>; No ticks for this queue.  Please run ticker on database.
create or replace function pgq.register_consumer_at(x_queue_name text, x_consumer_name text, x_tick_pos bigint)
returns integer as $$
declare
    q_id    integer;
    c_id    integer;
    tick    bigint;
begin
    select queue_id into q_id from pgq.queue where queue_name = x_queue_name;
    if not found then
        raise exception 'Event queue not created yet';
    end if;

    loop
        select co_id into c_id from pgq.consumer where co_name = x_consumer_name for update;
        exit when found;
        insert into pgq.consumer (co_name) values (x_consumer_name) on conflict on constraint consumer_name_uq do nothing;
    end loop;

    perform 1 from pgq.subscription where sub_queue = q_id and sub_consumer = c_id for update;
    if found then
        if x_tick_pos is not null then
            perform 1 from pgq.tick where tick_queue = q_id and tick_id = x_tick_pos;
            if not found then
                raise exception 'cannot reposition, tick not found: %', x_tick_pos;
            end if;
            update pgq.subscription
                set sub_last_tick = x_tick_pos, sub_batch = null, sub_next_tick = null, sub_active = now()
                where sub_queue = q_id and sub_consumer = c_id;
        end if;
        return 0;
    end if;

    if x_tick_pos is null then
        select tick_id into tick from pgq.tick where tick_queue = q_id order by tick_queue desc, tick_id desc limit 1;
        if not found then
            raise exception 'No ticks for this queue.  Please run ticker on database.';
        end if;
    else
        select tick_id into tick from pgq.tick where tick_queue = q_id and tick_id = x_tick_pos;
        if not found then
            raise exception 'cannot reposition, tick not found: %', x_tick_pos;
        end if;
    end if;
    insert into pgq.subscription (sub_queue, sub_consumer, sub_last_tick) values (q_id, c_id, tick);
    return 1;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
