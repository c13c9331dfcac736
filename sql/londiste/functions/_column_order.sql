-- londiste._column_order(i_table, i_column, i_sorted): the type of a column and, with i_sorted, by which collation its values are sorted, to compare nodes. NULL: no such column.
-- Called by: _partition_tree, _take_partition_rows.
create or replace function londiste._column_order(i_table oid, i_column name, i_sorted boolean)
returns text as $$
    select pg_catalog.format_type(a.atttypid, null)
        || case when not i_sorted or a.attcollation = 0 then ''
                when a.attcollation <> 'pg_catalog."default"'::pg_catalog.regcollation
                    then (select ' collate ' || o.collname || ' ' || o.collprovider::text from pg_catalog.pg_collation o where o.oid = a.attcollation)
                else (select ' collate ' || lower(replace(coalesce(b.d ->> 'datlocale', b.d ->> 'daticulocale', b.d ->> 'datcollate'), '-', '')) || ' '
                          || coalesce(b.d ->> 'datlocprovider', 'c')
                      from (select to_jsonb(d) as d from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()) b)
           end
    from pg_catalog.pg_attribute a
    where a.attrelid = i_table and a.attname = i_column and a.attnum > 0 and not a.attisdropped;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
