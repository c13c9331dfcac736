-- londiste.check_tables and what mends what it finds: renamed, recreated, unguarded tables.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

create schema ct;
create function ct.add_node(queue text, type text) returns void language plpgsql as $$
begin
    perform pgq_node.register_location(queue, 'up', 'dbname=up', false);
    perform pgq_node.register_location(queue, 'me', 'dbname=me', false);
    if type = 'root' then
        perform pgq_node.create_node(queue, type, 'me', 'w', null, null, null);
    else
        perform pgq_node.create_node(queue, type, 'me', 'w', 'up', 1, null);
        perform londiste.global_add_table(queue, t) from unnest('{ct.a,ct.b}'::text[]) t;
    end if;
end;
$$;
create function ct.triggers() returns setof text language sql as $$
    select format('%s %s %s %s', t.tgrelid::regclass, t.tgname, t.tgenabled, obj_description(t.oid, 'pg_trigger'))
    from pg_trigger t where not t.tgisinternal and t.tgrelid in (select oid from pg_class where relnamespace = 'ct'::regnamespace)
    order by 1;
$$;
create table ct.a (id int primary key, v text);
create table ct.b (id int primary key, v text);
select ct.add_node('ct', 'root');
select ret_code, ret_note from londiste.local_add_table('ct', 'ct.a');
select ret_code, ret_note from londiste.local_add_table('ct', 'ct.b', '{tgflags=IU,ignore=v}');
select ct.triggers();
select * from londiste.check_tables('ct');
select * from londiste.check_tables('nothing');
-- in order: nothing is touched
select ret_code, ret_note from londiste.local_add_table('ct', 'ct.a');
select ret_code, ret_note from londiste.local_add_table('ct', 'ct.b');

-- disabled, for all or only for ordinary sessions
alter table ct.a disable trigger user;
alter table ct.b enable replica trigger _londiste_ct;
select * from londiste.check_tables('ct');
select table_name from londiste.check_tables('ct', 'ct.b');
select ret_code, ret_note from londiste.local_add_table('ct', 'ct.a');
select ret_code, ret_note from londiste.local_add_table('ct', 'ct.b');
select ct.triggers();
alter table ct.a enable always trigger _londiste_ct;
select * from londiste.check_tables('ct');

-- dropped and created again
drop table ct.a;
select * from londiste.check_tables('ct');
create table ct.a (id int primary key, v text);
select kind, message from londiste.check_tables('ct');
select ret_code, ret_note from londiste.local_add_table('ct', 'ct.a');
select * from londiste.check_tables('ct');
drop trigger _londiste_ct_truncate on ct.a;
select kind, message from londiste.check_tables('ct');
select ret_code, ret_note from londiste.local_add_table('ct', 'ct.a');

-- other arguments, function, events, conditions
drop trigger _londiste_ct on ct.b;
create trigger _londiste_ct after insert or update on ct.b for each row execute function pgq.logutriga('ct');
select * from londiste.check_tables('ct');
select ret_note from londiste.local_add_table('ct', 'ct.b');
drop trigger _londiste_ct on ct.b;
create trigger _londiste_ct after insert or update on ct.b for each row when (new.id > 5) execute function pgq.logutriga('ct', 'ignore=v');
select kind from londiste.check_tables('ct');
select ret_note from londiste.local_add_table('ct', 'ct.b');
drop trigger _londiste_ct on ct.b;
create trigger _londiste_ct after insert on ct.b for each row execute function pgq.logutriga('ct', 'ignore=v');
select kind from londiste.check_tables('ct');
select ret_note from londiste.local_add_table('ct', 'ct.b');
drop trigger _londiste_ct on ct.b;
create trigger _londiste_ct after insert or update on ct.b for each row execute function pgq.sqltriga('ct', 'ignore=v');
select kind from londiste.check_tables('ct');
select ret_note from londiste.local_add_table('ct', 'ct.b');
select pg_get_triggerdef(oid) from pg_trigger where tgrelid = 'ct.b'::regclass and tgname = '_londiste_ct';
-- another name is nobody's business
alter trigger _londiste_ct on ct.b rename to later;
select * from londiste.check_tables('ct');
select ret_note from londiste.local_add_table('ct', 'ct.b');
alter table ct.b disable trigger later;
select ret_note from londiste.local_add_table('ct', 'ct.b');
select ct.triggers();
select ret_note from londiste.local_add_table('ct', 'ct.b', '{tgflags=IUD}');
select ct.triggers();
-- without, as wanted
select ret_note from londiste.local_add_table('ct', 'ct.b', '{no_triggers}');
select ct.triggers();
select * from londiste.check_tables('ct');
select ret_note from londiste.local_add_table('ct', 'ct.b', '{tgflags=IUD}');

-- renamed, moved
alter table ct.a rename to a2;
select * from londiste.check_tables('ct');
create table ct.a (id int primary key);
select kind, message from londiste.check_tables('ct');
drop table ct.a;
select ret_note from londiste.local_remove_table('ct', 'ct.a');
select ct.triggers();
alter table ct.a2 rename to a;
select ret_note from londiste.local_add_table('ct', 'ct.a');
-- swapped
alter table ct.a rename to x;
alter table ct.b rename to a;
alter table ct.x rename to b;
select * from londiste.check_tables('ct');
select ret_note from londiste.local_add_table('ct', 'ct.a');
select ret_note from londiste.local_remove_table('ct', 'ct.b');
select ct.triggers();
select * from londiste.check_tables('ct');
-- swapped with one that is not replicated
alter table ct.a rename to x;
alter table ct.b rename to a;
select kind, message from londiste.check_tables('ct');
select ret_note from londiste.local_remove_table('ct', 'ct.a');
select ct.triggers();
drop table ct.x;

-- as SkyTools adds them: nothing is known of the arguments, and the triggers do not tell
create table ct.b (id int primary key);
select ret_note from londiste.local_add_table('ct', 'ct.a', '{ignore=v}');
select ret_note from londiste.local_add_table('ct', 'ct.b', '{no_triggers}');
update londiste.table_info set trigger_args = null;
comment on trigger _londiste_ct on ct.a is null;
comment on trigger _londiste_ct_truncate on ct.a is null;
select kind, table_name from londiste.check_tables('ct');
select ret_note from londiste.local_add_table('ct', 'ct.b', '{no_triggers}');
select ret_note from londiste.local_add_table('ct', 'ct.a');
select * from londiste.check_tables('ct');
alter table ct.a disable trigger _londiste_ct;
select kind, table_name from londiste.check_tables('ct');
select ret_note from londiste.local_add_table('ct', 'ct.a');
select trigger_args from londiste.table_info where table_name = 'ct.a';
select pg_get_triggerdef(oid) from pg_trigger where tgrelid = 'ct.a'::regclass and tgname = '_londiste_ct';
select ret_note from londiste.local_add_table('ct', 'ct.a', array['tgflags=BIUQ', 'when=v = ''it''''s''']);
update londiste.table_info set trigger_args = null;
alter table ct.a disable trigger _londiste_ct_truncate;
select ret_note from londiste.local_add_table('ct', 'ct.a');
select trigger_args from londiste.table_info where table_name = 'ct.a';
select ret_note from londiste.local_add_table('ct', 'ct.a', '{ignore=v}');
update londiste.table_info set trigger_args = null;
comment on trigger _londiste_ct on ct.a is null;
comment on trigger _londiste_ct_truncate on ct.a is null;
alter table ct.a rename to a2;
create table ct.a (id int primary key);
select ret_note from londiste.local_remove_table('ct', 'ct.a');
select ct.triggers();
select ret_note from londiste.local_remove_table('ct', 'ct.b');

-- partitions
create table ct.p (id int primary key) partition by range (id);
create table ct.p1 partition of ct.p for values from (0) to (10) partition by range (id);
create table ct.p11 partition of ct.p1 for values from (0) to (5);
select ret_note from londiste.local_add_table('ct', 'ct.p');
alter table ct.p11 disable trigger _londiste_ct;
select * from londiste.check_tables('ct');
select ret_note from londiste.local_add_table('ct', 'ct.p');
select * from londiste.check_tables('ct');
select ret_note from londiste.local_remove_table('ct', 'ct.p');

-- on a leaf, and on a branch
drop table ct.a, ct.a2, ct.b, ct.p;
create table ct.a (id int primary key);
create table ct.far (id int primary key);
select ct.add_node('ctl', 'leaf');
select ret_note from londiste.local_add_table('ctl', 'ct.a', '{expect_sync}');
select ret_note from londiste.local_add_table('ctl', 'ct.b', '{expect_sync}', null, 'ct.far');
select * from londiste.check_tables('ctl');
alter table ct.far disable trigger _londiste_ctl;
drop table ct.a;
create table ct.a (id int primary key);
select * from londiste.check_tables('ctl');
select * from londiste.restore_triggers('ctl', 'ct.a', null);
select * from londiste.restore_triggers('ctl', 'ct.b', null);
select * from londiste.restore_triggers('ctl', 'ct.b', '{}');
select * from londiste.restore_triggers('ctl', 'ct.c', null);
select * from londiste.check_tables('ctl');
insert into ct.a values (1);
insert into ct.far values (1);
truncate ct.a;
alter table ct.a disable trigger user;
update pgq_node.node_info set node_type = 'branch' where queue_name = 'ctl';
select kind, severity, message, hint from londiste.check_tables('ctl') where table_name = 'ct.a';

-- whoever may look at the state of a node may look at this
set role londiste_reader;
select table_name, kind from londiste.check_tables('ctl');
reset role;

select d.ret_note from unnest('{ct,ctl}'::text[]) q, lateral pgq_node.drop_node(q, 'me') d;
select ct.triggers();
drop schema ct cascade;
