-- londiste.get_missing_rows(i_queue_name): the tables here that lacked rows which should have been updated or deleted since they were last copied, in the order the
-- tables were added. last_key: of the newest such change. Called by: workers, tables, monitoring.
create or replace function londiste.get_missing_rows(
    in i_queue_name text,
    out table_name text, out updates int8, out deletes int8, out first_time timestamptz, out last_time timestamptz, out last_key text)
returns setof record as $$
    select m.table_name, m.updates, m.deletes, m.first_time, m.last_time, m.last_key
    from londiste.missing_rows m
    -- one by one, kept so by "offset 0": there are few of them, and there may be thousands of tables
    join lateral (
        select t.nr from londiste.table_info t
        where t.queue_name = m.queue_name and t.table_name = m.table_name and t.local
        offset 0) t on true
    where m.queue_name = i_queue_name
    order by t.nr, m.table_name;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
