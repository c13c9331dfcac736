-- londiste.get_compare_results(i_queue_name): what the last comparison of each local table in sync found, in the order the tables were added; see table compare_result.
-- Called by: tables, status, monitoring.
create or replace function londiste.get_compare_results(i_queue_name text)
returns setof londiste.compare_result as $$
    select r.*
    from londiste.compare_result r
    join londiste.table_info t on t.queue_name = r.queue_name and t.table_name = r.table_name
    where r.queue_name = i_queue_name and t.local and t.merge_state = 'ok'
    order by t.nr, r.table_name;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
