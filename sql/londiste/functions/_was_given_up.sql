-- londiste._was_given_up(i_queue_name, i_node_name, i_table_name): a replicated table had that name until this transaction, which has dropped it or given it another one.
-- Called by: _follow_new_tables.
create or replace function londiste._was_given_up(i_queue_name text, i_node_name text, i_table_name text)
returns boolean as $$
    select exists (
        select 1 from londiste.applied_execute e
        where e.queue_name = i_queue_name and starts_with(e.execute_file, format('ddl.%s.%s.', i_node_name, londiste._script_stamp()))
            and (starts_with(e.execute_sql, 'select * from londiste.local_drop_tables(') and strpos(e.execute_sql, quote_literal(i_table_name)) > 0
                or starts_with(e.execute_sql, format('select * from londiste.local_rename_table(%L, %L, ', i_queue_name, i_table_name))));
$$ language sql set search_path = pg_catalog, pg_temp;
