-- Who may do what, as the roles themselves.
\set SHOW_CONTEXT never
-- Ids appear in messages.
alter sequence pgq.queue_queue_id_seq restart 9001;
create role pgq_test_reader in role pgq_reader;
create role pgq_test_writer in role pgq_writer;
create role pgq_test_admin in role pgq_admin;
create role pgq_test_nobody;

set role pgq_test_nobody;
select pgq.create_queue('rol');
select pgq.insert_event('rol', 't', 'd');
select pgq.register_consumer('rol', 'c');
select pgq.ticker();
select pgq.version() is not null, pgq.quote_fqname('a');
select count(*) from pgq.get_queue_info();
select count(*) from pgq.get_consumer_info();
select count(*) from pgq.queue;
select count(*) from pgq.event_template;
select count(*) from pgq.retry_queue;
delete from pgq.tick;

set role pgq_test_admin;
select pgq.create_queue('rol');
select queue_data_pfx as pfx, queue_data_pfx || '_0' as tbl, queue_event_seq as seq from pgq.queue where queue_name = 'rol' \gset
select pgq.set_queue_config('rol', 'ticker_max_lag', '2 seconds');
select pgq.insert_event_raw('rol', null, null, null, null, 't', 'by admin', null, null, null, null);
update pgq.queue set queue_per_tx_limit = 100;

set role pgq_test_nobody;
select pgq.seq_getval(:'seq');
select ev_new from pgq.get_queue_info('rol');
select nextval(:'seq');
select count(*) from :pfx;

set role pgq_test_writer;
select pgq.insert_event('rol', 't', 'by writer') > 0, pgq.current_event_table('rol') = :'tbl';
select pgq.insert_event_raw('rol', null, null, null, null, 't', 'd', null, null, null, null);
select count(*) from :pfx;
insert into :tbl (ev_time) values (now());
select pgq.next_batch('rol', 'c');
select pgq.set_queue_config('rol', 'ticker_max_lag', '2 seconds');

set role pgq_test_reader;
select pgq.register_consumer_at('rol', 'c', 1);
select pgq.insert_event('rol', 't', 'd');
select pgq.ticker('rol');
select pgq.ticker_on_demand('rol', null);
select pgq.ticker_demand_state();
select pgq.drop_queue('rol');
select pgq.maint_retry_events();
select pgq.event_retry_raw('rol', 'c', now(), null, now(), null, 't', 'd', null, null, null, null);
update pgq.subscription set sub_last_tick = 1;
select pgq.force_tick('rol');

set role pgq_test_admin;
select pgq.ticker('rol') is not null as ticked;
select tick_id from pgq.ticker_on_demand('rol', null);
select queue_name from pgq.ticker_demand_state();

set role pgq_test_reader;
select pgq.next_batch('rol', 'c') as b \gset
select ev_data from pgq.get_batch_events(:b);
begin;
select ev_data from pgq.get_batch_cursor(:b, 'cur', 1);
move all in cur;
commit;
select queue_name, consumer_name from pgq.get_batch_info(:b);
select pgq.event_retry(:b, 1, 0);
select pgq.batch_retry(:b, 0);
select pgq.finish_batch(:b);

set role pgq_test_admin;
select pgq.maint_retry_events();
select func_name, func_arg from pgq.maint_operations();
update pgq.queue set queue_switch_time = now() - interval '1 day';
select pgq.ticker('rol') is null;
update pgq.tick set tick_time = now() - interval '1 hour';
select pgq.ticker('rol') is not null;
select pgq.maint_rotate_tables_step1('rol');
select pgq.maint_rotate_tables_step2();
select queue_cur_table from pgq.queue;
select pgq.unregister_consumer('rol', 'c'), pgq.grant_perms('rol');
select pgq.drop_queue('rol', true);
reset role;

-- Roles are missing and may not be made: the error says which. (Inside a transaction, the roles come back.)
begin;
alter role pgq_writer rename to pgq_test_gone;
grant execute on function pgq.upgrade_schema() to pgq_test_nobody;
set local role pgq_test_nobody;
select pgq.upgrade_schema();
rollback;
-- Whoever may makes them, with their memberships.
begin;
alter role pgq_admin rename to pgq_test_gone;
select pgq.upgrade_schema();
select rolname, rolcanlogin, array(select roleid::regrole::text from pg_auth_members where member = r.oid order by 1) as member_of
from pg_roles r where rolname = 'pgq_admin';
rollback;
-- Columns that older schemas lack.
begin;
alter table pgq.subscription alter sub_last_tick set not null;
alter table pgq.queue drop queue_extra_maint, drop queue_per_tx_limit;
select pgq.upgrade_schema();
select attname, attnotnull from pg_attribute where attrelid in ('pgq.queue'::regclass, 'pgq.subscription'::regclass)
    and attname in ('queue_extra_maint', 'queue_per_tx_limit', 'sub_last_tick') order by 1;
rollback;
drop role pgq_test_reader, pgq_test_writer, pgq_test_admin, pgq_test_nobody;
