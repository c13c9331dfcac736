-- pgq_ext.get_last_tick(a_consumer, a_subconsumer): the tick that set_last_tick noted, NULL for none.
create or replace function pgq_ext.get_last_tick(a_consumer text, a_subconsumer text)
returns bigint as $$
begin
    return (select last_tick_id from pgq_ext.completed_tick
            where consumer_id = a_consumer and subconsumer_id = a_subconsumer);
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;

-- pgq_ext.get_last_tick(a_consumer): the same for a consumer without subconsumers.
create or replace function pgq_ext.get_last_tick(a_consumer text)
returns bigint as $$
begin
    return pgq_ext.get_last_tick(a_consumer, '');
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
