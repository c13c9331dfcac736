-- Tables from before there were subconsumers, with positions in them.
\set VERBOSITY terse
alter table pgq_ext.completed_tick drop column subconsumer_id, add constraint old_pkey primary key (consumer_id);
alter table pgq_ext.completed_batch drop column subconsumer_id, add primary key (consumer_id);
alter table pgq_ext.completed_event drop column subconsumer_id, add primary key (consumer_id, batch_id, event_id);
alter table pgq_ext.partial_batch drop column subconsumer_id;
insert into pgq_ext.completed_tick values ('c', 5);
insert into pgq_ext.completed_batch values ('c', 6);
insert into pgq_ext.completed_event values ('c', 7, 8);
insert into pgq_ext.partial_batch values ('c', 7);
select pgq_ext.upgrade_schema();
select pgq_ext.upgrade_schema() as again;
select conrelid::regclass, conname, pg_get_constraintdef(oid)
from pg_constraint where connamespace = 'pgq_ext'::regnamespace and contype <> 'n' order by 1, 2;
select pgq_ext.get_last_tick('c') as tick, pgq_ext.is_batch_done('c', 6) as batch, pgq_ext.is_event_done('c', 7, 8) as event,
       pgq_ext.set_event_done('c', 7, 8) as again, pgq_ext.set_event_done('c', 's', 7, 8) as sub;
-- Who may not make the roles is told what is missing.
create role ext_owner;
grant create, usage on schema pgq_ext to ext_owner;
alter role pgq_reader rename to pgq_reader_away;
set role ext_owner;
select pgq_ext.upgrade_schema();
reset role;
grant execute on function pgq_ext.upgrade_schema() to ext_owner;
set role ext_owner;
select pgq_ext.upgrade_schema();
reset role;
alter role pgq_reader_away rename to pgq_reader;
revoke execute on function pgq_ext.upgrade_schema() from ext_owner;
revoke create, usage on schema pgq_ext from ext_owner;
drop role ext_owner;
delete from pgq_ext.completed_tick;
delete from pgq_ext.completed_batch;
delete from pgq_ext.completed_event;
delete from pgq_ext.partial_batch;
