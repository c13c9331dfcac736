-- Who may do what. Re-runnable.

grant usage on schema londiste to public;
revoke all on all tables in schema londiste from public;
revoke all on all sequences in schema londiste from public;
grant select on
    londiste.table_info,
    londiste.seq_info,
    londiste.seq_publish,
    londiste.applied_execute,
    londiste.execute_progress,
    londiste.pending_fkeys,
    londiste.partition_info,
    londiste.copy_progress,
    londiste.left_out_column,
    londiste.ddl_setting,
    londiste.table_structure,
    londiste.partition_structure,
    londiste.partition_part,
    londiste.type_structure,
    londiste.seq_structure,
    londiste.detached_partition,
    londiste.keyless_table,
    londiste.compare_result,
    londiste.compare_run
    to public, londiste_reader;
-- keys of rows are data
grant select on londiste.missing_rows to londiste_reader;
grant select, insert, update, delete on
    londiste.table_info,
    londiste.seq_info,
    londiste.seq_publish,
    londiste.applied_execute,
    londiste.execute_progress,
    londiste.pending_fkeys,
    londiste.partition_info,
    londiste.copy_progress,
    londiste.left_out_column,
    londiste.ddl_setting,
    londiste.table_structure,
    londiste.partition_structure,
    londiste.partition_part,
    londiste.type_structure,
    londiste.seq_structure,
    londiste.detached_partition,
    londiste.keyless_table,
    londiste.missing_rows,
    londiste.compare_result,
    londiste.compare_run
    to pgq_admin;
grant usage on sequence londiste.table_info_nr_seq, londiste.seq_info_nr_seq to londiste_writer, pgq_admin;

revoke execute on all functions in schema londiste from public;

grant execute on function
    londiste.find_column_types(text),
    londiste.find_table_fkeys(text),
    londiste.find_rel_oid(text, text),
    londiste.find_table_oid(text),
    londiste.find_seq_oid(text),
    londiste.is_replica_func(oid),
    londiste.quote_fqname(text),
    londiste.make_fqname(text),
    londiste.split_fqname(text),
    londiste.version(),
    -- What the event triggers call, whoever alters a table; the last one does what its caller may do, the others fail outside of them.
    londiste._follow_ddl(text, text, jsonb),
    londiste._follow_types(),
    londiste._follow_grants(),
    londiste._follow_partitions(text),
    londiste._publish_rows(text, oid)
    to public;

grant execute on function
    londiste.get_seq_list(text),
    londiste.get_seq_positions(text),
    londiste.describe_table(oid),
    londiste.structure_difference(jsonb, jsonb, text, boolean),
    londiste._column_clause(text, jsonb, text),
    londiste._column_difference(text, jsonb, text, jsonb, text),
    londiste._renamed_expression(jsonb, jsonb, text, text),
    londiste._sql_tokens(text),
    londiste._part_difference(text, text, jsonb, text, jsonb, boolean, text, jsonb, jsonb),
    londiste._index_on(text, jsonb, text),
    londiste._index_statement(text, text, text, text, text),
    londiste.get_table_list(text),
    londiste.get_copy_progress(text),
    londiste.check_tables(text, text),
    londiste._find_key(oid, text[]),
    londiste._trigger_args(text[]),
    londiste._trigger_label(text),
    londiste._wanted_triggers(text, text, text[], text, text),
    londiste.get_left_out_columns(text),
    londiste.get_missing_rows(text),
    londiste.get_compare_results(text),
    londiste._coordinate_copy(text, text)
    to londiste_reader, londiste_writer;

grant execute on function
    londiste.periodic_maintenance(),
    londiste._note_cycle(text, text, boolean),
    londiste._publish_seqs(text, int8, text),
    londiste.root_check_seqs(text, int8),
    londiste.root_check_seqs(text)
    to pgq_admin, londiste_writer;

-- The functions behind the triggers on table_info and ddl_setting, for those who may delete their rows.
grant execute on function
    londiste.drop_ddl_triggers(),
    londiste._drop_unneeded_ddl_triggers(),
    londiste.drop_table_triggers(text, text),
    londiste._run_dropped_ddl(text, text),
    londiste._settle_dropped_ddl(text, text, text),
    londiste._trigger_args(text[]),
    londiste._trigger_label(text),
    londiste._unwatch_partitions(text, oid)
    to pgq_admin;

do $$
declare
    f   regprocedure;
begin
    -- All the rest is for those who run workers.
    for f in
        select p.oid::pg_catalog.regprocedure from pg_catalog.pg_proc p where p.pronamespace = 'londiste'::pg_catalog.regnamespace
    loop
        execute format('grant execute on function %s to londiste_writer', f);
    end loop;
end;
$$;
