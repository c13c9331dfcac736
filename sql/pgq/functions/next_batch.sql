-- pgq.next_batch(i_queue_name, i_consumer_name): id of the next batch, NULL when there is none yet.
create or replace function pgq.next_batch(i_queue_name text, i_consumer_name text)
returns bigint as $$
declare
    res bigint;
begin
    select batch_id into res from pgq.next_batch_info(i_queue_name, i_consumer_name);
    return res;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
