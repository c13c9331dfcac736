-- londiste._partition_condition(i_queue_name, i_table_name, i_partition, i_kind, i_what): tells that a partition of a replicated table went its own way.
-- i_table_name is the name on the queue. Subject of the condition: "table (partition)". Returns what pgq.set_condition does.
-- Called by: partition_trigger, check_partitions.
create or replace function londiste._partition_condition(i_queue_name text, i_table_name text, i_partition text, i_kind text, i_what text)
returns integer as $$
    select pgq.set_condition(i_queue_name, i_kind, i_table_name || ' (' || i_partition || ')', 'error',
        pg_catalog.format('partition "%s" of table "%s" %s', i_partition, i_table_name, i_what),
        pg_catalog.format('Run resync %s on each subscriber, or change its rows there by hand. Then run here: select pgq.clear_condition(%L, %L, %L)',
            i_table_name, i_queue_name, i_kind, i_table_name || ' (' || i_partition || ')'));
$$ language sql set search_path = pg_catalog, pg_temp;
