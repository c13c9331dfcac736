-- pgq.tune_storage(i_queue_name): storage options for tables that are only appended to and truncated. Returns 1, or 0 for an unknown queue.
create or replace function pgq.tune_storage(i_queue_name text)
returns integer as $$
declare
    q       record;
    tbl     text;
begin
    select * into q from pgq.queue where queue_name = i_queue_name;
    if not found then
        return 0;
    end if;
    for i in 0 .. q.queue_ntables - 1 loop
        tbl := pgq.quote_fqname(q.queue_data_pfx || '_' || i::text);
        execute 'alter table ' || tbl || ' set (fillfactor = 100, autovacuum_enabled = off, toast.autovacuum_enabled = off)';
    end loop;
    return 1;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
