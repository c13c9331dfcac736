-- londiste.get_left_out_columns(i_queue_name): the columns of the provider that the tables here do without, in the order the tables were added.
-- A column that was made here afterwards stays on the list until the table is copied again: its older values are missing.
-- Called by: workers, here and below; tables, monitoring.
create or replace function londiste.get_left_out_columns(
    in i_queue_name text,
    out table_name text, out column_name text, out since timestamptz)
returns setof record as $$
    select c.table_name, c.column_name, c.since
    from londiste.left_out_column c
    -- one by one, kept so by "offset 0": there are few of them, and there may be thousands of tables
    join lateral (
        select t.nr from londiste.table_info t
        where t.queue_name = c.queue_name and t.table_name = c.table_name and t.local
        offset 0) t on true
    where c.queue_name = i_queue_name
    order by t.nr, c.table_name, c.column_name;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
