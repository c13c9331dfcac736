-- pgq_node.release_consumer(i_queue_name, i_consumer_name): ends what the calling session asked for by hold_consumer.
-- 200 Consumer c is released; 201 Consumer c was not held.
create or replace function pgq_node.release_consumer(
    in i_queue_name text, in i_consumer_name text,
    out ret_code int4, out ret_note text)
returns record as $$
begin
    delete from pgq_node.consumer_hold
        where queue_name = i_queue_name and consumer_name = i_consumer_name and pid = pg_backend_pid();
    if not found then
        select 201, 'Consumer ' || i_consumer_name || ' was not held' into ret_code, ret_note;
        return;
    end if;
    perform pgq_node.wake_worker(i_queue_name);
    select 200, 'Consumer ' || i_consumer_name || ' is released' into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
