-- What is to be known about a queue.
select pgq.create_queue('cq');

select pgq.set_condition('cq', 'no_key', 'public.t', 'warning', 'table public.t has no key', 'Make one.');
update pgq.condition set since = '2001-01-01', updated = '2001-01-01';
-- the same again: nothing is written
select pgq.set_condition('cq', 'no_key', 'public.t', 'warning', 'table public.t has no key', 'Make one.');
select since = '2001-01-01' as same_since, updated = '2001-01-01' as same_update from pgq.condition;
-- another message: since is kept
select pgq.set_condition('cq', 'no_key', 'public.t', 'error', 'table public.t still has no key', null);
select since = '2001-01-01' as same_since, updated = '2001-01-01' as same_update from pgq.condition;

select pgq.set_condition('cq', 'no_key', 'public.u', 'notice', 'table public.u has no key', null);
select pgq.set_condition('', 'long_transaction', '', 'warning', 'a transaction is open', 'End it.');
select pgq.set_condition('other', 'no_key', 'public.v', 'warning', 'another queue', null);
select queue_name, kind, subject, severity, message, hint from pgq.get_conditions('cq');

select pgq.clear_condition('cq', 'no_key', 'public.u');
select pgq.clear_condition('cq', 'no_key', 'public.u');
select pgq.clear_condition('cq', 'no_key', null);
select kind from pgq.get_conditions('cq');

\set VERBOSITY terse
select pgq.set_condition('cq', 'x', '', 'bad', 'm', null);
select pgq.set_condition('cq', 'x', null, 'error', 'm', null);
\set VERBOSITY default

-- a queue takes its conditions with it
select pgq.set_condition('cq', 'x', '', 'error', 'm', null);
select pgq.drop_queue('cq');
select queue_name from pgq.condition order by 1;

-- who may: readers read, admins tell
create role cond_reader in role pgq_reader;
create role cond_nobody;
set role cond_reader;
select count(*) from pgq.get_conditions('other');
select pgq.set_condition('other', 'x', '', 'error', 'm', null);
set role cond_nobody;
select count(*) from pgq.get_conditions('other');
reset role;
drop role cond_reader, cond_nobody;
delete from pgq.condition;
