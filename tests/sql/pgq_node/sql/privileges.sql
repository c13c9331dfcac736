-- Who may call what, and the plain install over live nodes.
\set VERBOSITY terse
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;
create role node_nobody;
create role node_reader in role pgq_reader;
create role node_writer in role pgq_writer;
create role node_admin in role pgq_admin;

select p.oid::regprocedure,
       has_function_privilege('node_nobody', p.oid, 'execute') as nobody,
       has_function_privilege('node_reader', p.oid, 'execute') as reader,
       has_function_privilege('node_writer', p.oid, 'execute') as writer,
       has_function_privilege('node_admin', p.oid, 'execute') as admin,
       p.prosecdef
from pg_proc p
where p.pronamespace = 'pgq_node'::regnamespace
order by p.oid::regprocedure::text collate "C";

select c.relname, r.name,
       has_table_privilege(r.name, c.oid, 'select') as "select",
       has_table_privilege(r.name, c.oid, 'insert') as "insert",
       has_table_privilege(r.name, c.oid, 'update') as "update",
       has_table_privilege(r.name, c.oid, 'delete') as "delete"
from pg_class c, (values ('node_nobody'), ('node_reader'), ('node_writer'), ('node_admin')) r (name)
where c.relnamespace = 'pgq_node'::regnamespace and c.relkind = 'r'
order by 1, 2;

set role node_admin;
select ret_note from pgq_node.register_location('priv', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('priv', 's', 'dbname=s', false);
select ret_note from pgq_node.create_node('priv', 'root', 'r', 'r_worker', null, null, null);
select pgq_node.maint_watermark('priv');
set role node_reader;
select ret_note from pgq_node.register_subscriber('priv', 's', 's_worker', null);
select ret_note from pgq_node.set_subscriber_watermark('priv', 's', 1);
select ret_note from pgq_node.set_consumer_paused('priv', 'r_worker', true);
select ret_note from pgq_node.set_global_watermark('priv', 1);
select pgq_node.is_root_node('priv');
set role node_writer;
select ret_note from pgq_node.set_consumer_paused('priv', 'r_worker', true);
select ret_note from pgq_node.drop_node('priv', 'r');
select ret_note from pgq_node.promote_branch('priv');
set role node_nobody;
select * from pgq_node.get_node_info('priv');
select node_location from pgq_node.node_location;
reset role;

-- installed over itself, everything is as before
create temp table before as
    select 'node' as what, n::text as is from pgq_node.node_info n union all
    select 'location', l::text from pgq_node.node_location l union all
    select 'state', s::text from pgq_node.local_state s union all
    select 'subscriber', s::text from pgq_node.subscriber_info s union all
    select 'function', p.oid || p.prosrc || coalesce(p.proacl::text, '') from pg_proc p where p.pronamespace = 'pgq_node'::regnamespace union all
    select 'relation', c.oid || c.relname || coalesce(c.relacl::text, '') from pg_class c where c.relnamespace = 'pgq_node'::regnamespace;
\set ECHO none
\o /dev/null
\i bundles/pgq_node.sql
\o
\set ECHO all
create temp table after as
    select 'node' as what, n::text as is from pgq_node.node_info n union all
    select 'location', l::text from pgq_node.node_location l union all
    select 'state', s::text from pgq_node.local_state s union all
    select 'subscriber', s::text from pgq_node.subscriber_info s union all
    select 'function', p.oid || p.prosrc || coalesce(p.proacl::text, '') from pg_proc p where p.pronamespace = 'pgq_node'::regnamespace union all
    select 'relation', c.oid || c.relname || coalesce(c.relacl::text, '') from pg_class c where c.relnamespace = 'pgq_node'::regnamespace;
select what, count(*) > 0 as some from before group by 1 order by 1;
(table before except table after) union all (table after except table before);

select ret_note from pgq_node.drop_node('priv', 'r');
drop role node_nobody, node_reader, node_writer, node_admin;
