-- pgq.grant_perms(x_queue_name): gives the event tables of a queue the grants that pgq.event_template has now. Returns 1.
-- Error: Queue not found.
create or replace function pgq.grant_perms(x_queue_name text)
returns integer as $$
declare
    q       record;
    pfx     text;
begin
    select * into q from pgq.queue where queue_name = x_queue_name;
    if not found then
        raise exception 'Queue not found';
    end if;
    pfx := substr(q.queue_data_pfx, strpos(q.queue_data_pfx, '.') + 1);
    perform pgq._grant_perms_from('pgq', 'event_template', 'pgq', pfx);
    for i in 0 .. q.queue_ntables - 1 loop
        perform pgq._grant_perms_from('pgq', 'event_template', 'pgq', pfx || '_' || i::text);
    end loop;
    return 1;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
