-- Functions that must see what others have committed, or that write, say which setting is in the way.
\set VERBOSITY default
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
select pgq.create_queue('level');
set default_transaction_isolation = 'serializable';
select pgq.create_queue('level_2');
select pgq.register_consumer('level', 'c');
select pgq.maint_rotate_tables_step2();
reset default_transaction_isolation;
begin isolation level repeatable read;
select pgq.register_consumer('level', 'c');
rollback;
set default_transaction_read_only = on;
select pgq.create_queue('level_2');
select pgq.register_consumer('level', 'c');
reset default_transaction_read_only;
begin read only;
select pgq.create_queue('level_2');
rollback;
-- what is there already may be asked for again
select pgq.register_consumer('level', 'c');
set default_transaction_isolation = 'serializable';
select pgq.create_queue('level');
select pgq.register_consumer('level', 'c');
reset default_transaction_isolation;
select pgq.drop_queue('level', true);
