-- Tables without a primary key: a unique index tells their rows apart, if it can.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

create schema keys;
create function keys.add_node(queue text, type text) returns void language plpgsql as $$
begin
    perform pgq_node.register_location(queue, 'up', 'dbname=up', false);
    perform pgq_node.register_location(queue, 'me', 'dbname=me', false);
    perform pgq_node.create_node(queue, type, 'me', 'w', case when type <> 'root' then 'up' end, case when type <> 'root' then 1 end, null);
end;
$$;
create table keys.t (a int not null, b int not null, c int, "d e" int not null, f int not null, g text not null);
create function keys.found(trg_args text[] default null) returns text language sql as $$
    select concat_ws(' | ', k.pkey_arg, k.index_name, k.problem) from londiste._find_key('keys.t'::regclass, trg_args) k;
$$;

-- what does not do
select keys.found();
create unique index nullable on keys.t (c);
create unique index of_some on keys.t (a) where a > 0;
create unique index of_expression on keys.t (abs(a));
create unique index of_blank on keys.t ("d e");
alter table keys.t add constraint late unique (f) deferrable;
create index no_unique on keys.t (a);
select keys.found();
select keys.found('{backup,pkey=a}');
-- what does: fewest columns, then the name, but the replica identity first
create unique index three on keys.t (f, a, b) include (g);
select keys.found();
create unique index two_z on keys.t (b, a);
create unique index two_a on keys.t (a, f);
select keys.found();
alter table keys.t replica identity using index three;
select keys.found();
-- what is named
select keys.found('{pkey=b}');
select keys.found(array['pkey=a, b']);
select keys.found('{pkey=g,pkey=b,a}');
select keys.found('{"pkey=b,a"}');
select keys.found('{"pkey=a,b,c"}');
begin;
alter table keys.t add primary key (a);
select keys.found();
rollback;

-- root: it is used, stored, and told
select keys.add_node('keys', 'root');
select * from londiste.local_add_table('keys', 'keys.t', '{backup}');
select trigger_args from londiste.table_info where queue_name = 'keys';
select pg_get_triggerdef(oid) from pg_trigger where tgrelid = 'keys.t'::regclass and not tgisinternal order by tgname;
select * from londiste.local_add_table('keys', 'keys.t');
insert into keys.t values (1, 2, 3, 4, 5, 'x');
update keys.t set g = 'y';
update keys.t set b = 3;
delete from keys.t;
select ev_type, ev_data from pgq.event_template where ev_type ~ '^[IUD]:' order by ev_id;
select * from londiste.check_tables('keys');
drop index keys.three;
select * from londiste.check_tables('keys');
select * from londiste.local_add_table('keys', 'keys.t');
select * from londiste.local_add_table('keys', 'keys.t', array['pkey=b,a']);
select * from londiste.check_tables('keys');
-- with another handler it keeps a key
select * from londiste.local_change_handler('keys', 'keys.t', '{backup}', 'handler=londiste');
select trigger_args from londiste.table_info where queue_name = 'keys';
select * from londiste.local_change_handler('keys', 'keys.t', '{"pkey=b"}', null);
select * from londiste.local_change_handler('keys', 'keys.t', array['pkey=b,a'], null);
select trigger_args from londiste.table_info where queue_name = 'keys';
alter table keys.t alter b drop not null;
select kind, message from londiste.check_tables('keys');
select * from londiste.local_remove_table('keys', 'keys.t');
select * from londiste.local_add_table('keys', 'keys.t', '{"pkey=b,a"}');
drop index keys.two_a;
select * from londiste.local_add_table('keys', 'keys.t');

-- leaf
alter table keys.t alter b set not null;
select keys.add_node('keys_leaf', 'leaf');
select londiste.global_add_table('keys_leaf', 'keys.t');
select * from londiste.local_add_table('keys_leaf', 'keys.t');
insert into keys.t values (1, 2, 3, 4, 5, 'x');
select pgq_node.drop_node('keys', 'me'), pgq_node.drop_node('keys_leaf', 'me');
drop schema keys cascade;
