-- pgq_node.register_location(i_queue_name, i_node_name, i_node_location, i_dead): stores how a node is reached. A NULL location keeps the known one and makes no row.
-- On the root the news goes down the cascade as event pgq.location-info. 200 Location registered.
create or replace function pgq_node.register_location(
    in i_queue_name text, in i_node_name text, in i_node_location text, in i_dead boolean,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    node    record;
begin
    select n.node_type into node from pgq_node.node_info n where n.queue_name = i_queue_name for update;

    if i_node_location is null then
        update pgq_node.node_location set dead = i_dead where queue_name = i_queue_name and node_name = i_node_name;
    else
        insert into pgq_node.node_location (queue_name, node_name, node_location, dead)
            values (i_queue_name, i_node_name, i_node_location, i_dead)
            on conflict on constraint node_location_pkey
            do update set node_location = excluded.node_location, dead = excluded.dead;
    end if;

    if node.node_type = 'root' then
        perform pgq.insert_event(i_queue_name, 'pgq.location-info', i_node_name, i_queue_name, i_node_location, i_dead::text, null);
    end if;
    select 200, 'Location registered' into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
