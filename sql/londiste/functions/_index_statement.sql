-- londiste._index_statement(i_table, i_schema, i_before, i_index, i_after): a statement about an index of a table.
-- i_table: how statements name the table; i_schema: where it is, NULL when only the node that executes the statement knows; the index's name comes between i_before and
-- i_after. Called by: _part_difference.
create or replace function londiste._index_statement(i_table text, i_schema text, i_before text, i_index text, i_after text)
returns text as $$
    select case when i_index is null then null
           when i_schema is not null then format('%s%I.%I%s', i_before, i_schema, i_index, i_after)
           else format('do $do$ begin execute (select pg_catalog.format(%L, n.nspname) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace '
                       'where c.oid = $name$%s$name$::pg_catalog.regclass); end $do$',
                       replace(i_before, '%', '%%') || '%I.' || replace(quote_ident(i_index) || i_after, '%', '%%'), i_table) end;
$$ language sql immutable set search_path = pg_catalog, pg_temp;
