-- londiste.get_copy_progress(i_queue_name): the copies under way on this node, in the order the tables were added. A copy shows up some seconds after its start.
-- rows_per_second, share (0 to 1) and eta, what is left, only while rows come, the last two only where the provider's statistics allow a guess.
-- What a killed worker left is not shown, but a worker that hangs is: look at updated, which is never older than a few seconds when all is well.
-- Called by: tables, status, monitoring.
create or replace function londiste.get_copy_progress(
    in i_queue_name text,
    out table_name text, out phase text, out rows int8, out bytes int8, out expected_rows int8, out expected_bytes int8,
    out elapsed interval, out rows_per_second float8, out share float8, out eta interval, out updated timestamptz)
returns setof record as $$
    select p.table_name, p.phase, p.rows, p.bytes, p.expected_rows, p.expected_bytes,
           p.updated - p.started,
           pg_catalog.round((p.rows / c.seconds)::numeric, 1)::float8,
           pg_catalog.round(c.share::numeric, 4)::float8,
           case when c.share > 0 then pg_catalog.make_interval(secs => pg_catalog.round(c.seconds * (1 - c.share) / c.share)) end,
           p.updated
    from londiste.copy_progress p
    join londiste.table_info t on t.queue_name = p.queue_name and t.table_name = p.table_name
    cross join lateral (
        select case when p.phase = 'copying' and p.copying_since is not null
                    then greatest(extract(epoch from p.updated - p.copying_since)::float8, 0.001) end as seconds,
               case when p.phase = 'copying' and p.expected_rows > 0 and p.rows <= p.expected_rows
                    then p.rows::float8 / p.expected_rows end as share) c
    where p.queue_name = i_queue_name and t.local and t.merge_state <> 'ok'
          and exists (select 1 from pg_catalog.pg_stat_get_activity(p.pid))
    order by t.nr, p.table_name;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
