-- Positions by tick.
\set VERBOSITY terse
\pset null '<null>'
select pgq_ext.get_last_tick('c');
select pgq_ext.set_last_tick('c', 5), pgq_ext.get_last_tick('c') as tick;
select pgq_ext.set_last_tick('c', 9), pgq_ext.get_last_tick('c') as tick;
-- Back is allowed.
select pgq_ext.set_last_tick(a_consumer := 'c', a_tick_id := 3), pgq_ext.get_last_tick(a_consumer := 'c') as tick;
select pgq_ext.set_last_tick('c', 's', 4), pgq_ext.get_last_tick('c', 's') as sub, pgq_ext.get_last_tick('c', '') as main, pgq_ext.get_last_tick('d', 's') as other;
select * from pgq_ext.completed_tick order by 1, 2;
-- NULL forgets, also what is not there.
select pgq_ext.set_last_tick('c', null), pgq_ext.set_last_tick('c', null), pgq_ext.get_last_tick('c') as tick;
select * from pgq_ext.completed_tick order by 1, 2;
select pgq_ext.set_last_tick(a_consumer := 'c', a_subconsumer := 's', a_tick_id := null), pgq_ext.get_last_tick(a_consumer := 'c', a_subconsumer := 's') as tick;
select count(*) from pgq_ext.completed_tick;
select pgq_ext.set_last_tick(null, 1);
