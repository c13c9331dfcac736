-- londiste._publish_partitions(i_queue_name, i_table_name, i_node_name, i_change): publishes what was done to partitions of a table: each node that has the table runs
-- replay_partitions, which says what i_change is. Called by: _follow_partitions, partition_trigger.
create or replace function londiste._publish_partitions(i_queue_name text, i_table_name text, i_node_name text, i_change jsonb)
returns void as $$
begin
    -- What stands between two @ is a name to be replaced.
    perform londiste._publish_script(i_queue_name, i_table_name, i_node_name,
        pg_catalog.format(E'select londiste.replay_partitions($name$@%s@$name$, %L, %L);\n', i_table_name, i_table_name, replace(i_change::text, '@', '\u0040')));
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
