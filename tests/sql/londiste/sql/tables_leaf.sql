-- Tables of a leaf and a branch: refused writes, states of a copy.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

create function triggers(tbl text, out def text) returns setof text language sql as $$
    select pg_get_triggerdef(t.oid) from pg_trigger t where t.tgrelid = tbl::regclass and not t.tgisinternal order by t.tgname;
$$;
select ret_note from pgq_node.register_location('tl', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('tl', 'l', 'dbname=l', false);
select ret_note from pgq_node.create_node('tl', 'leaf', 'l', 'l_worker', 'r', 1, null);
create table tl_one (id serial primary key, txt text);
create table tl_ren (id int primary key, txt text);

select * from londiste.local_add_table('tl', 'tl_one');
select * from londiste.root_notify_change('tl', 't', 'd');
select * from londiste.global_add_table('tl', 'tl_one');
select * from londiste.global_add_table('tl', 'tl_queue');
select * from londiste.local_remove_table('tl', 'tl_one');
select * from londiste.local_add_table('tl', 'tl_one');
select * from londiste.local_add_table('tl', 'tl_queue', '{expect_sync}', null, 'tl_ren');
select * from londiste.get_table_list('tl');
select triggers('tl_one');
select triggers('tl_ren');
insert into tl_one (txt) values ('a');
truncate tl_one;
truncate tl_ren;
set session_replication_role = replica;
insert into tl_one (txt) values ('a');
reset session_replication_role;

-- what a clone of the provider's table brought along is replaced
drop trigger _londiste_tl on tl_one;
drop trigger _londiste_tl_truncate on tl_one;
create trigger _londiste_tl after insert or update or delete on tl_one for each row execute function pgq.logutriga('tl');
create trigger _londiste_tl_truncate after truncate on tl_one for each statement execute function pgq.sqltriga('tl');
select * from londiste.create_trigger('tl', 'public.tl_one', null, 'public.tl_one', 'leaf');
select triggers('tl_one');
delete from tl_one;
truncate tl_one;

-- removed in the middle of a copy: what the copy had dropped comes back, on an empty table
create table tl_copy (id serial primary key, n int);
create sequence tl_other_seq owned by tl_copy.n;
create index tl_copy_n on tl_copy (n);
select ret_note from londiste.global_add_table('tl', 'tl_copy');
select ret_note from londiste.local_add_table('tl', 'tl_copy');
select ret_note from londiste.global_update_seq('tl', 'tl_copy_id_seq', 100);
select ret_note from londiste.local_add_seq('tl', 'tl_copy_id_seq');
set session_replication_role = replica;
insert into tl_copy values (1, 1), (2, 1);
reset session_replication_role;
select ret_note from londiste.local_set_table_state('tl', 'tl_copy', null, 'in-copy');
drop index tl_copy_n;
select ret_note from londiste.local_set_table_struct('tl', 'public.tl_copy', 'create unique index tl_copy_n on tl_copy (n);');
select * from londiste.local_remove_table('tl', 'tl_copy');
select count(*) from tl_copy;
select indexrelid::regclass from pg_index where indrelid = 'tl_copy'::regclass order by indexrelid::regclass::text;
select * from londiste.get_table_list('tl') where table_name = 'public.tl_copy';
select * from londiste.get_seq_list('tl');
select * from londiste.global_remove_table('tl', 'tl_copy');
-- the same, with the table gone
create table tl_gone (id int primary key);
select ret_note from londiste.global_add_table('tl', 'tl_gone');
select ret_note from londiste.local_add_table('tl', 'tl_gone');
select ret_note from londiste.local_set_table_state('tl', 'tl_gone', null, 'in-copy');
select ret_note from londiste.local_set_table_struct('tl', 'public.tl_gone', 'create index x on tl_gone (id);');
drop table tl_gone;
select * from londiste.global_remove_table('tl', 'tl_gone');

-- the queue no longer carries a table: it is no longer local, either
select * from londiste.global_remove_table('tl', 'tl_one');
select triggers('tl_one');

-- a branch records its changes, but its queue takes none; so there is no deny, and a later root needs no new trigger
select ret_note from pgq_node.register_location('tlb', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('tlb', 'b', 'dbname=b', false);
select ret_note from pgq_node.create_node('tlb', 'branch', 'b', 'b_worker', 'r', 1, null);
select * from londiste.global_add_table('tlb', 'tl_one');
select * from londiste.local_add_table('tlb', 'tl_one');
select * from londiste.get_table_list('tlb');
select triggers('tl_one');
insert into tl_one (txt) values ('a');
truncate tl_one;

select ret_note from pgq_node.drop_node('tlb', 'b');
select ret_note from pgq_node.drop_node('tl', 'l');
select triggers('tl_ren');
drop table tl_one, tl_ren, tl_copy;
drop function triggers;
