-- pgq_node.get_consumer_hold(i_queue_name, i_consumer_name): whether sessions hold the consumer (see hold_consumer), how far it may go at most, NULL: not at all, and for whom.
create or replace function pgq_node.get_consumer_hold(
    in i_queue_name text, in i_consumer_name text,
    out held boolean, out tick_id bigint, out pids integer[])
returns record as $$
    select count(*) > 0, case when bool_and(h.tick_id is not null) then min(h.tick_id) end, array_agg(h.pid order by h.pid)
    from pgq_node.consumer_hold h
    where h.queue_name = i_queue_name and h.consumer_name = i_consumer_name
        and h.until >= clock_timestamp() and exists (select 1 from pg_stat_get_activity(h.pid));
$$ language sql volatile security definer set search_path = pg_catalog, pg_temp;
