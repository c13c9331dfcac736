-- How far copies are: stored by the worker, shown while it is true.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

select ret_note from pgq_node.register_location('cp', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('cp', 'l', 'dbname=l', false);
select ret_note from pgq_node.create_node('cp', 'leaf', 'l', 'l_worker', 'r', 1, null);
create table cp_one (id int primary key);
create table cp_two (id int primary key);
select ret_note from londiste.global_add_table('cp', 'cp_one');
select ret_note from londiste.global_add_table('cp', 'cp_two');
select ret_note from londiste.global_add_table('cp', 'cp_elsewhere');
select ret_note from londiste.local_add_table('cp', 'cp_one');
select ret_note from londiste.local_add_table('cp', 'cp_two');
create view progress as
    select table_name, phase, rows, bytes, expected_rows, expected_bytes, elapsed, rows_per_second, share, eta, now() - updated < '15 s' as recent
    from londiste.get_copy_progress('cp');
create function store(tbl text, phase text, rows int8, expected int8, copying interval, out ret_code int4, out ret_note text) language sql as $$
    select * from londiste.local_set_copy_progress('cp', tbl, phase, rows, rows * 10, expected, expected * 20, '1 minute', copying);
$$;
select relpersistence from pg_class where oid = 'londiste.copy_progress'::regclass;

-- not shown before the copy has taken the table
select * from store('cp_one', 'connecting', 0, 0, null);
select * from progress;
select ret_note from londiste.local_set_table_state('cp', 'cp_one', null, 'in-copy');
select ret_note from londiste.local_set_table_state('cp', 'cp_two', null, 'in-copy');
select * from progress;
select * from store('cp_two', 'copying', 0, 1000, '0');
select * from store('public.cp_one', 'copying', 250, 1000, '10 s');
select * from progress;
-- the provider has no statistics, or wrong ones
select * from store('cp_one', 'copying', 250, 0, '10 s');
select * from store('cp_two', 'copying', 1001, 1000, '3 s');
select * from progress;
select * from store('cp_two', 'copying', 1000, 1000, '3 s');
-- no rate where no rows come
select * from store('cp_one', 'index cp_one_pkey', 1010, 1000, '30 s');
select * from progress;
select ret_note from londiste.local_set_table_state('cp', 'cp_one', '1:1:', 'catching-up');
select * from store('cp_one', 'catching up', 1010, 1000, '50 s');
select table_name, phase from progress;
-- one row for each table
select table_name, phase, pid = pg_backend_pid() as mine from londiste.copy_progress order by 1;
select count(*) from londiste.get_copy_progress('other');

-- tables that are not copied here
select * from store('cp_elsewhere', 'copying', 1, 1, '1 s');
select * from store('cp_unknown', 'copying', 1, 1, '1 s');
select ret_note from londiste.local_set_table_state('cp', 'cp_one', null, 'ok');
select * from store('cp_one', 'in sync', 1, 1, '1 s');
select table_name, phase from progress;

-- the session that told it is gone
update londiste.copy_progress set pid = 2147483647;
select * from progress;
select * from store('cp_two', 'indexes, 1 of 3 built', 1000, 1000, '8 s');
select table_name, phase from progress;

-- the end, once and again
select * from store('cp_two', null, null, null, null);
select * from store('cp_two', null, null, null, null);
select table_name from londiste.copy_progress;
-- goes with the table, and with the node
select ret_note from londiste.global_remove_table('cp', 'cp_one');
select table_name from londiste.copy_progress;
select * from store('cp_two', 'copying', 1, 1, '1 s');
select ret_note from pgq_node.drop_node('cp', 'l');
select table_name from londiste.copy_progress;

drop view progress;
drop function store;
drop table cp_one, cp_two;
