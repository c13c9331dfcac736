-- Tables that inherit: on the root, and what that does to another node.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset tuples_only on
set client_min_messages = warning;
set timezone = 'UTC';
set datestyle = 'ISO';
create schema inh;
select * from pgq_node.register_location('q_inh', 'inh root', 'dbname=db', false);
select * from pgq_node.create_node('q_inh', 'root', 'inh root', 'worker', null, null, null);
-- what was published since the last look
create function inh.events() returns setof text language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select case when ev_type = ''EXECUTE'' then regexp_replace(regexp_replace(ev_data, ''select pg_catalog.set_config[^;]*;\n'', '''', ''g''), ''\[.*\]'', ''...'')
                              else ev_type || '' '' || ev_data end
                       from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'q_inh');
end $$;
create table inh.p (id int primary key, v text, n int default 1);
create table inh.c (own int, primary key (id)) inherits (inh.p);
create table inh.a_grandchild (primary key (id)) inherits (inh.c);
create table inh.not_ours () inherits (inh.p);
select ret_code from londiste.local_add_table('q_inh', 'inh.p') union all select ret_code from londiste.local_add_table('q_inh', 'inh.c')
    union all select ret_code from londiste.local_add_table('q_inh', 'inh.a_grandchild');
select * from londiste.set_ddl('q_inh', 'replicate', '{"tables": ["inh.*"]}');
select count(*) from inh.events();
-- from above to below
alter table inh.p add column w int not null default 5, add check (w > 0);
select inh.events();
alter table inh.p rename v to "V v";
select inh.events();
alter table inh.p alter n type text using 'n' || n, alter w set default 7;
select inh.events();
alter table inh.p alter n type text using 'm' || n;
select inh.events();
alter table inh.p rename constraint p_w_check to pos;
alter table inh.p drop constraint pos;
select inh.events();
alter table only inh.p alter n set default 'only', alter w drop not null;
select inh.events();
-- what they keep is not taken from them
alter table only inh.p drop column n;
select inh.events();
alter table inh.p drop column w;
select inh.events();
-- off and on
alter table inh.c no inherit inh.p, drop column own;
select inh.events();
alter table inh.c add column extra int, inherit inh.p;
select inh.events();
create table inh.other (more int);
alter table inh.c add column more int;
alter table inh.c inherit inh.other;
select inh.events();
alter table inh.p rename to q;
alter table inh.q add column z int;
select inh.events();
-- new ones
create table inh.second (id int primary key, s text);
select count(*) from inh.events();
create table inh.new (l int, primary key (id)) inherits (inh.second, inh.q, inh.other);
create table inh.late () inherits (inh.second);
alter table inh.late add primary key (id);
select regexp_matches(e, '"kind": "inherits"') from (select execute_sql from londiste.applied_execute where execute_sql ~ 'local_create_table.*inh.(new|late)' order by execute_file) x (e);
select count(*) from inh.events();
-- what another node makes of it
set session_replication_role = local;
select * from pgq_node.register_location('q_inh2', 'inh leaf', 'dbname=db', false);
select * from pgq_node.register_location('q_inh2', 'inh root', 'dbname=db', false);
select * from pgq_node.create_node('q_inh2', 'leaf', 'inh leaf', 'worker', 'inh root', 1, null);
create role inh_owner;
create role inh_other;
create schema inh2;
grant usage, create on schema inh, inh2 to inh_owner, inh_other;
create table inh2.p (id int primary key, v text default 'here', only_here int default 3, check (only_here > 0));
create table inh2.c (id int primary key, v text, own text);
alter table inh2.p owner to inh_owner;
alter table inh2.c owner to inh_owner;
select ret_code from londiste.global_add_table('q_inh2', 'x.p') union all select ret_code from londiste.global_add_table('q_inh2', 'x.c')
    union all select ret_code from londiste.global_add_table('q_inh2', 'x.unknown');
select ret_code from londiste.local_add_table('q_inh2', 'x.p', '{expect_sync}', null, 'inh2.p') union all select ret_code from londiste.local_add_table('q_inh2', 'x.c', '{expect_sync}', null, 'inh2.c');
create function inh.tree(schema text) returns setof text language sql as $$
    select c.relname || ' ' || pg_get_userbyid(c.relowner) || ' inherits ' || coalesce((select string_agg(h.inhparent::regclass::text, ', ' order by h.inhseqno) from pg_inherits h where h.inhrelid = c.oid), 'nothing') || ': '
        || string_agg(a.attname || case when a.attislocal then '' else ' (inherited)' end, ', ' order by a.attnum)
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = schema::regnamespace and c.relkind = 'r' group by c.oid, c.relname, c.relowner order by c.oid
$$;
-- the other table lacks a column; what is so already is passed over, and what this node has not got
begin;
select londiste.replay_inheritance('q_inh2', '{"table": "x.c", "from": ["x.unknown", "x.p"]}');
rollback;
alter table inh2.c add column only_here int default 3, add constraint p_only_here_check check (only_here > 0);
select londiste.replay_inheritance('q_inh2', '{"table": "x.c", "from": ["x.unknown", "x.p", "x.nowhere"]}');
select inh.tree('inh2');
select londiste.replay_inheritance('q_inh2', '{"table": "x.c", "from": ["x.unknown", "x.p"]}');
select londiste.replay_inheritance('q_inh2', '{"table": "x.unknown", "from": ["x.p"]}');
select londiste.replay_inheritance('q_inh2', '{"table": "x.c", "no more": ["x.p"]}');
select londiste.replay_inheritance('q_inh2', '{"table": "x.c", "no more": ["x.p"]}');
-- not with the worker's rights
alter table inh2.p owner to inh_other;
select londiste.replay_inheritance('q_inh2', '{"table": "x.c", "from": ["x.p"]}');
alter table inh2.p owner to inh_owner;
-- one that is new: with columns and checks that are only here, with a table above that is another's, and with none that is here
create table inh.model (id int primary key, v varchar(9) not null default 'there', own int, check (own > 0));
create table inh.structure as select londiste._structure_of('inh.model'::regclass) || '[{"kind": "inherits", "name": "x.unknown"}, {"kind": "inherits", "name": "x.p"}]' as structure;
drop table inh.model;
select ret_code from londiste.global_add_table('q_inh2', 'inh2.new') union all select ret_code from londiste.global_add_table('q_inh2', 'inh2.flat') union all select ret_code from londiste.global_add_table('q_inh2', 'inh2.nobodys');
select c.ret_note from inh.structure s, londiste.local_create_table('q_inh2', 'inh2.new', 'inh_owner', 'nobody here', false, '', s.structure) c;
select inh.tree('inh2');
select d.name, d.severity, d.message from inh.structure m, londiste.structure_difference(londiste._structure_of('inh2.new'::regclass), m.structure, 'inh2.new', false) d;
drop table inh2.new;
select c.ret_note from inh.structure s, londiste.local_create_table('q_inh2', 'inh2.flat', 'inh_other', 'nobody here', false, '', s.structure) c;
select inh.tree('inh2');
drop table inh2.flat;
select c.ret_note from inh.structure s, londiste.local_create_table('q_inh2', 'inh2.nobodys', 'no such role', 'nobody here', false, '', s.structure) c;
select replace(t, current_user, 'me') from inh.tree('inh2') t;
drop table inh2.nobodys;
-- from below to above
create table inh2.deep (id int primary key);
alter table inh2.deep add column v text, add column only_here int default 3, add constraint p_only_here_check check (only_here > 0);
alter table inh2.deep inherit inh2.p;
create table inh2.deeper (primary key (id)) inherits (inh2.deep);
select a.ret_code from unnest(array['inh2.deep', 'inh2.deeper']) n, londiste.global_add_table('q_inh2', n) a;
select a.ret_code from unnest(array['inh2.deep', 'inh2.deeper']) n, londiste.local_add_table('q_inh2', n, '{expect_sync}') a;
update londiste.table_info set table_name = 'inh2.p', dest_table = null where queue_name = 'q_inh2' and table_name = 'x.p';
select * from londiste.local_drop_tables('q_inh2', array['inh2.deep', 'inh2.p', 'inh2.deeper']);
select inh.tree('inh2');
-- the end
reset session_replication_role;
drop table inh.second cascade;
select inh.events();
select * from londiste.set_ddl('q_inh', 'off', null);
drop schema inh, inh2 cascade;
drop role inh_owner, inh_other;
select count(*) > 0 from (select londiste.local_remove_table('q_inh', table_name) from londiste.table_info where queue_name = 'q_inh') r;
select count(*) > 0 from (select londiste.global_remove_table('q_inh2', table_name) from londiste.table_info where queue_name = 'q_inh2') r;
delete from londiste.applied_execute where queue_name = 'q_inh';
select ret_code from pgq_node.drop_node('q_inh', 'inh root');
select ret_code from pgq_node.drop_node('q_inh2', 'inh leaf');
