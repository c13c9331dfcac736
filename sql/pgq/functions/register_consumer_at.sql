-- pgq.register_consumer_at(x_queue_name, x_consumer_name, x_tick_pos): subscribes a consumer at a tick (NULL: the newest), or moves a subscription there, dropping its
-- open batch (NULL: leaves it where it is). Returns 1 for a new subscription, 0 otherwise.
-- Locks: the queue row FOR SHARE, which excludes a rotation (it must see the new position before it empties tables and deletes ticks); then the consumer row.
-- Errors: Event queue not created yet; cannot reposition, tick not found: <tick>; cannot reposition, % is a subconsumer (its batch
-- would be lost, and its tick hold back rotation); No ticks for this queue.  Please run ticker on database.
create or replace function pgq.register_consumer_at(x_queue_name text, x_consumer_name text, x_tick_pos bigint)
returns integer as $$
declare
    q_id    integer;
    c_id    integer;
    pos     bigint;
begin
    -- A tick that an older snapshot shows may be gone.
    if x_tick_pos is not null or not exists (
        select 1
        from pgq.subscription s
        join pgq.queue q on q.queue_id = s.sub_queue
        join pgq.consumer c on c.co_id = s.sub_consumer
        where q.queue_name = x_queue_name and c.co_name = x_consumer_name)
    then
        perform pgq._check_transaction('register a consumer');
    end if;
    select queue_id into q_id from pgq.queue where queue_name = x_queue_name for share;
    if not found then
        raise exception 'Event queue not created yet';
    end if;

    -- Of two registrations of a new consumer at once the second waits in the insert, then finds the first one's row. It may be unregistered meanwhile.
    loop
        select co_id into c_id from pgq.consumer where co_name = x_consumer_name for update;
        exit when found;
        insert into pgq.consumer (co_name) values (x_consumer_name) on conflict on constraint consumer_name_uq do nothing;
    end loop;

    if x_tick_pos is null then
        select tick_id into pos from pgq.tick where tick_queue = q_id order by tick_queue desc, tick_id desc limit 1;
    else
        select tick_id into pos from pgq.tick where tick_queue = q_id and tick_id = x_tick_pos;
        if not found then
            raise exception 'cannot reposition, tick not found: %', x_tick_pos
                using hint = 'Ticks are removed once all consumers have passed them; those that are left are in pgq.tick.';
        end if;
    end if;

    if exists (select 1 from pgq.subscription where sub_queue = q_id and sub_consumer = c_id) then
        if x_tick_pos is not null then
            if pgq._is_subconsumer(q_id, c_id) then
                raise exception 'cannot reposition, % is a subconsumer', x_consumer_name;
            end if;
            update pgq.subscription
                set sub_last_tick = pos, sub_batch = null, sub_next_tick = null, sub_active = now()
                where sub_queue = q_id and sub_consumer = c_id;
        end if;
        return 0;
    end if;
    if pos is null then
        raise exception 'No ticks for this queue.  Please run ticker on database.';
    end if;
    insert into pgq.subscription (sub_queue, sub_consumer, sub_last_tick) values (q_id, c_id, pos);
    return 1;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
