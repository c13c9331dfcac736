-- What a table here lacks of the provider's: columns that are left out, rows that were missing.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

select ret_note from pgq_node.register_location('df', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('df', 'l', 'dbname=l', false);
select ret_note from pgq_node.create_node('df', 'leaf', 'l', 'l_worker', 'r', 1, null);
create table df_one (id int primary key);
create table df_two (id int primary key);
select ret_note from londiste.global_add_table('df', 'df_one');
select ret_note from londiste.global_add_table('df', 'df_two');
select ret_note from londiste.global_add_table('df', 'df_elsewhere');
select ret_note from londiste.local_add_table('df', 'df_two');
select ret_note from londiste.local_add_table('df', 'df_one');
create view columns as select table_name, column_name, now() - since < '1 minute' as recent from londiste.get_left_out_columns('df');
create view missing as select table_name, updates, deletes, first_time <= last_time as ordered, last_key from londiste.get_missing_rows('df');

-- columns: the list of a copy, and what somebody decides
select * from londiste.local_set_table_copied('df', 'df_one', array['b', 'A', 'b']);
select * from londiste.local_set_table_copied('df', 'public.df_two', '{}');
select * from columns;
select xmin as before from londiste.table_info where table_name = 'public.df_two' \gset
select * from londiste.local_leave_out_column('df', 'df_two', 'c');
select * from londiste.local_leave_out_column('df', 'df_two', 'c');
select xmin <> :before as a_worker_sees_it from londiste.table_info where table_name = 'public.df_two';
select * from columns;
select * from londiste.local_set_table_copied('df', 'df_one', array['d']);
select * from columns;
select * from londiste.local_set_table_copied('df', 'df_two', null);
select * from columns;

-- rows
select * from londiste.local_add_missing_rows('df', 'df_one', 1, 2, '(id=5)');
select * from londiste.local_add_missing_rows('df', 'df_one', 10, 0, '(id=6)');
select * from londiste.local_add_missing_rows('df', 'df_two', 0, 1, null);
select * from missing;
select * from londiste.local_set_table_copied('df', 'df_one', array['d']);
select * from missing;

-- tables that are not here
select * from londiste.local_set_table_copied('df', 'df_elsewhere', array['d']);
select * from londiste.local_leave_out_column('df', 'df_elsewhere', 'd');
select * from londiste.local_leave_out_column('df', 'df_unknown', 'd');
select * from londiste.local_add_missing_rows('df', 'df_unknown', 0, 1, null);
select count(*) from londiste.get_left_out_columns('other');

-- they go with the table, also where foreign keys are not heeded
set session_replication_role = replica;
select ret_note from londiste.global_remove_table('df', 'df_one');
select ret_note from londiste.global_remove_table('df', 'df_two');
reset session_replication_role;
select * from londiste.left_out_column;
select * from londiste.missing_rows;
select ret_note from pgq_node.drop_node('df', 'l');

drop view columns, missing;
drop table df_one, df_two;
