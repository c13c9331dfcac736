-- pgq._is_subconsumer(i_queue_id, i_consumer_id): is this subscription a subconsumer's, of cooperative consumers (schema pgq_coop)?
-- Cooperative consumers share a sub_id. The main one's name begins the names of all others: main.sub; its ticks do not tell, when it has a batch open itself.
-- Called by: the functions that treat the two differently.
create or replace function pgq._is_subconsumer(i_queue_id integer, i_consumer_id integer)
returns boolean as $$
begin
    return exists (
        select 1
        from pgq.subscription own
        join pgq.consumer own_name on own_name.co_id = own.sub_consumer
        join pgq.subscription other on other.sub_queue = own.sub_queue and other.sub_id = own.sub_id and other.sub_consumer <> own.sub_consumer
        join pgq.consumer other_name on other_name.co_id = other.sub_consumer
        where own.sub_queue = i_queue_id and own.sub_consumer = i_consumer_id
            and not starts_with(other_name.co_name, own_name.co_name || '.'));
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp;
