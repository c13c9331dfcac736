-- Queues: create, configure, storage, grants, drop.
\set SHOW_CONTEXT never
select pgq.create_queue('one');
select pgq.create_queue('one');
select pgq.create_queue(null);
select pgq.create_queue('Odd "name''s" queue');

-- A queue named as this, with id N, has these objects.
select queue_id as n from pgq.queue where queue_name = 'one' \gset
select queue_name, queue_ntables, queue_cur_table, queue_rotation_period, queue_switch_step1 = queue_switch_step2 as switched,
       queue_external_ticker, queue_disable_insert, queue_ticker_paused, queue_ticker_max_count, queue_ticker_max_lag, queue_ticker_idle_period,
       queue_per_tx_limit, replace(queue_data_pfx, :'n', 'N') as pfx, replace(queue_event_seq, :'n', 'N') as event_seq,
       replace(queue_tick_seq, :'n', 'N') as tick_seq, queue_extra_maint
from pgq.queue where queue_id = :n;
select replace(c.relname, :'n', 'N') as name, c.relkind, replace(i.inhparent::regclass::text, :'n', 'N') as parent, c.reloptions,
       (select reloptions from pg_class t where t.oid = c.reltoastrelid) as toast_options,
       regexp_replace(c.relacl::text, 'postgres=[^,}]*,?|/postgres', '', 'g') as acl
from pg_class c left join pg_inherits i on i.inhrelid = c.oid
where c.relnamespace = 'pgq'::regnamespace and c.relname like 'event\_' || :n || '%'
order by 1;
select replace(pg_get_expr(adbin, adrelid), :'n', 'N') as ev_id_default
from pg_attrdef where adrelid = ('pgq.event_' || :n || '_0')::regclass and adnum = 1;
select replace(pg_get_indexdef(('pgq.event_' || :n || '_0_txid_idx')::regclass), :'n', 'N');
select tick_id, tick_event_seq from pgq.tick where tick_queue = :n;

-- Grants of the template at creation reach the tables, also those with grant option.
create role pgq_test_auditor;
grant select on pgq.event_template to pgq_test_auditor with grant option;
select pgq.create_queue('audited');
select has_table_privilege('pgq_test_auditor', queue_data_pfx || '_2', 'select with grant option') from pgq.queue where queue_name = 'audited';
select has_table_privilege('pgq_test_auditor', queue_data_pfx || '_2', 'select') from pgq.queue where queue_name = 'one';
select pgq.grant_perms('one');
select has_table_privilege('pgq_test_auditor', queue_data_pfx || '_2', 'select') from pgq.queue where queue_name = 'one';
select pgq.grant_perms('no such');
revoke all on pgq.event_template from pgq_test_auditor;
select pgq.drop_queue('audited');
revoke all on all tables in schema pgq from pgq_test_auditor;
drop role pgq_test_auditor;

select pgq.tune_storage('one'), pgq.tune_storage('no such'), pgq.tune_storage(null);

-- Configuration.
select pgq.set_queue_config('one', 'ticker_max_count', '7'), pgq.set_queue_config('one', 'ticker_max_lag', '1 minute'),
       pgq.set_queue_config('one', 'ticker_idle_period', '1 hour'), pgq.set_queue_config('one', 'ticker_paused', 'true'),
       pgq.set_queue_config('one', 'rotation_period', '1 day'), pgq.set_queue_config('one', 'external_ticker', 'yes');
select queue_ticker_max_count, queue_ticker_max_lag, queue_ticker_idle_period, queue_ticker_paused, queue_rotation_period, queue_external_ticker
from pgq.queue order by queue_id;
select pgq.set_queue_config('one', 'rotation_period', 'soon');
select pgq.set_queue_config('one', 'ticker_max_count', 'x''; drop table pgq.tick; --');
\set VERBOSITY terse
select pgq.set_queue_config('one', 'ticker_max_count', null);
\set VERBOSITY default
select pgq.set_queue_config('one', 'name', 'two');
select pgq.set_queue_config('one', 'foo', '1');
select pgq.set_queue_config('one', null, '1');
select pgq.set_queue_config(null, 'ticker_paused', '1');
select pgq.set_queue_config('no such', 'ticker_paused', '1');

-- Sequences and names.
create sequence public."Odd Seq";
select pgq.seq_getval('Odd Seq'), pgq.seq_setval('Odd Seq', 1), nextval('"Odd Seq"');
select pgq.seq_setval('public.Odd Seq', 50), pgq.seq_setval('public.Odd Seq', 40), pgq.seq_getval('public.Odd Seq'), nextval('"Odd Seq"');
select pgq.seq_getval(null), pgq.seq_setval('Odd Seq', null);
select pgq.seq_getval('no such');
drop sequence public."Odd Seq";
select pgq.quote_fqname('a'), pgq.quote_fqname('A.b'), pgq.quote_fqname('a.b.c'), pgq.quote_fqname('select.x y'), pgq.quote_fqname('a."b"'), pgq.quote_fqname(null);

-- Drop.
select pgq.register_consumer('one', 'c1');
select pgq.drop_queue('one');
select pgq.drop_queue('one', false);
select pgq.drop_queue('one', true);
select pgq.drop_queue('one', true);
select pgq.drop_queue('no such');
select pgq.drop_queue(null);
select pgq.drop_queue('Odd "name''s" queue');
select relname from pg_class where relnamespace = 'pgq'::regnamespace and relname ~ '^event_[0-9]';
select (select count(*) from pgq.queue) as queues, (select count(*) from pgq.tick) as ticks, (select count(*) from pgq.consumer) as consumers;
