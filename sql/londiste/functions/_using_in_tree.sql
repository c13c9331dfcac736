-- londiste._using_in_tree(i_text, i_table, i_column): what _using_expression finds for a column, also where the command names a table that the column is inherited from.
-- No row: nothing. Called by: _ddl_refusals, _ddl_script.
create or replace function londiste._using_in_tree(in i_text text, in i_table oid, in i_column text, out expression text, out reason text)
returns setof record as $$
    with recursive above (oid, depth) as (
        select i_table, 0
        union
        select h.inhparent, a.depth + 1
        from above a
        join pg_catalog.pg_attribute c on c.attrelid = a.oid and c.attname = i_column and c.attinhcount > 0
        join pg_catalog.pg_inherits h on h.inhrelid = a.oid)
    select u.expression, u.reason
    from above a
    join pg_catalog.pg_class c on c.oid = a.oid
    cross join lateral londiste._using_expression(i_text, c.relname, i_column) u
    where u.expression is not null or u.reason is not null
    order by a.depth
    limit 1;
$$ language sql stable set search_path = pg_catalog, pg_temp;
