-- pgq_node.set_consumer_completed(i_queue_name, i_consumer_name, i_tick_id): the position after a batch; clears the error. 100; 404 Consumer not known: q/c.
create or replace function pgq_node.set_consumer_completed(
    in i_queue_name text, in i_consumer_name text, in i_tick_id int8,
    out ret_code int4, out ret_note text)
returns record as $$
begin
    update pgq_node.local_state
        set last_tick_id = i_tick_id, cur_error = null
        where queue_name = i_queue_name and consumer_name = i_consumer_name;
    if found then
        select 100, 'Consumer ' || i_consumer_name || ' completed tick = ' || i_tick_id::text into ret_code, ret_note;
    else
        select 404, 'Consumer not known: ' || i_queue_name || '/' || i_consumer_name into ret_code, ret_note;
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
