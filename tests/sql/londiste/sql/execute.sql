-- EXECUTE scripts.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

select ret_note from pgq_node.register_location('ex', 'r', 'dbname=r', false);
select ret_note from pgq_node.create_node('ex', 'root', 'r', 'r_worker', null, null, null);
select ret_note from pgq_node.register_location('exl', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('exl', 'l', 'dbname=l', false);
select ret_note from pgq_node.create_node('exl', 'leaf', 'l', 'l_worker', 'r', 1, null);

-- root
select * from londiste.execute_start('nowhere', 'a.sql', 'select 1', true);
select * from londiste.execute_finish('ex', 'a.sql');
select * from londiste.execute_start('ex', 'a.sql', 'select 1', true, 'need-table=x');
select * from londiste.execute_finish('ex', 'a.sql');
select * from londiste.execute_start('ex', 'a.sql', 'select 1', true, 'need-table=x');
select * from londiste.execute_start('ex', 'b.sql', 'select 2', true);
select * from londiste.execute_finish('ex', 'b.sql');
-- the name alone is the key, but another queue's script is not finished by it
select * from londiste.execute_start('exl', 'b.sql', 'select 3', false);
select * from londiste.execute_finish('exl', 'b.sql');
select queue_name, execute_file, execute_sql, execute_attrs, execute_time = now() as now from londiste.applied_execute order by 2;
select ev_type, ev_data, ev_extra1, ev_extra2 from pgq.event_template where ev_type = 'EXECUTE' order by ev_id;
-- subscriber: no event
select * from londiste.execute_start('exl', 'c.sql', 'select 4', true);
select * from londiste.execute_start('exl', 'c.sql', 'select 4', false, 'need-table=x');
select * from londiste.execute_finish('exl', 'c.sql');
select count(*) from pgq.event_template where ev_type = 'EXECUTE';
-- forgotten after three months
update londiste.applied_execute set execute_time = now() - interval '3 months 1 second' where execute_file = 'a.sql';
update londiste.applied_execute set execute_time = now() - interval '3 months' + interval '1 hour' where execute_file = 'b.sql';
select londiste.periodic_maintenance();
select execute_file from londiste.applied_execute order by 1;

delete from londiste.applied_execute;
select ret_note from pgq_node.drop_node('exl', 'l');
select ret_note from pgq_node.drop_node('ex', 'r');
