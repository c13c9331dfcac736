-- What pg_dump has to take along of the extension.
select pg_catalog.pg_extension_config_dump('londiste.table_info', '');
select pg_catalog.pg_extension_config_dump('londiste.table_info_nr_seq', '');
select pg_catalog.pg_extension_config_dump('londiste.seq_info', '');
select pg_catalog.pg_extension_config_dump('londiste.seq_info_nr_seq', '');
select pg_catalog.pg_extension_config_dump('londiste.seq_publish', '');
select pg_catalog.pg_extension_config_dump('londiste.applied_execute', '');
select pg_catalog.pg_extension_config_dump('londiste.execute_progress', '');
select pg_catalog.pg_extension_config_dump('londiste.pending_fkeys', '');
select pg_catalog.pg_extension_config_dump('londiste.partition_info', '');
select pg_catalog.pg_extension_config_dump('londiste.left_out_column', '');
select pg_catalog.pg_extension_config_dump('londiste.missing_rows', '');
-- Not what is noted by oid (table_structure and the like): a restored database has others, and notes them anew.
select pg_catalog.pg_extension_config_dump('londiste.ddl_setting', '');
select pg_catalog.pg_extension_config_dump('londiste.compare_result', '');
