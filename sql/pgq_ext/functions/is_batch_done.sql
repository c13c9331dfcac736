-- pgq_ext.is_batch_done(a_consumer, a_subconsumer, a_batch_id): was this the last batch that set_batch_done noted?
-- Called by: consumers before they process a batch, in the transaction that processes it.
create or replace function pgq_ext.is_batch_done(a_consumer text, a_subconsumer text, a_batch_id bigint)
returns boolean as $$
begin
    return exists (
        select 1 from pgq_ext.completed_batch
        where consumer_id = a_consumer and subconsumer_id = a_subconsumer and last_batch_id = a_batch_id);
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;

-- pgq_ext.is_batch_done(a_consumer, a_batch_id): the same for a consumer without subconsumers.
create or replace function pgq_ext.is_batch_done(a_consumer text, a_batch_id bigint)
returns boolean as $$
begin
    return pgq_ext.is_batch_done(a_consumer, '', a_batch_id);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
