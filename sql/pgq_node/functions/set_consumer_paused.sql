-- pgq_node.set_consumer_paused(i_queue_name, i_consumer_name, i_paused): asks the consumer to pause or resume; it answers by set_consumer_uptodate.
-- 200 Consumer c tagged as paused|resumed; 201 Consumer c already paused|resumed; 404 Unknown consumer: c.
create or replace function pgq_node.set_consumer_paused(
    in i_queue_name text, in i_consumer_name text, in i_paused boolean,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    old_flag    boolean;
    word        text := case when i_paused then 'paused' else 'resumed' end;
begin
    select paused into old_flag from pgq_node.local_state
        where queue_name = i_queue_name and consumer_name = i_consumer_name
        for update;
    if not found then
        select 404, 'Unknown consumer: ' || i_consumer_name into ret_code, ret_note;
        return;
    end if;
    if old_flag = i_paused then
        select 201, 'Consumer ' || i_consumer_name || ' already ' || word into ret_code, ret_note;
        return;
    end if;
    update pgq_node.local_state
        set paused = i_paused, uptodate = false
        where queue_name = i_queue_name and consumer_name = i_consumer_name;
    perform pgq_node.wake_worker(i_queue_name);
    select 200, 'Consumer ' || i_consumer_name || ' tagged as ' || word into ret_code, ret_note;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
