-- pgq_coop.next_batch(i_queue_name, i_consumer_name, i_subconsumer_name): next_batch_custom without limits and without taking over.
create or replace function pgq_coop.next_batch(i_queue_name text, i_consumer_name text, i_subconsumer_name text)
returns bigint as $$
begin
    return pgq_coop.next_batch_custom(i_queue_name, i_consumer_name, i_subconsumer_name, null, null, null, null);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;

-- pgq_coop.next_batch(i_queue_name, i_consumer_name, i_subconsumer_name, i_dead_interval): next_batch_custom without limits.
create or replace function pgq_coop.next_batch(i_queue_name text, i_consumer_name text, i_subconsumer_name text, i_dead_interval interval)
returns bigint as $$
begin
    return pgq_coop.next_batch_custom(i_queue_name, i_consumer_name, i_subconsumer_name, null, null, null, i_dead_interval);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
