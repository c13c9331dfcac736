-- Single events of a batch.
\set VERBOSITY terse
select pgq_ext.is_event_done('c', 1, 10);
select pgq_ext.set_event_done('c', 1, 10), pgq_ext.set_event_done('c', 1, 11), pgq_ext.set_event_done('c', 1, 10) as again;
select pgq_ext.is_event_done('c', 1, 10), pgq_ext.is_event_done('c', 1, 12) as other_event, pgq_ext.is_event_done('c', 2, 10) as other_batch;
-- Subconsumers count for themselves.
select pgq_ext.set_event_done('c', 's', 1, 10), pgq_ext.is_event_done('c', 's', 1, 11);
select * from pgq_ext.completed_event order by 1, 2, 3, 4;
-- The first event of another batch makes room, of the same consumer only.
select pgq_ext.set_event_done(a_consumer := 'c', a_batch_id := 2, a_event_id := 10);
select * from pgq_ext.completed_event order by 1, 2, 3, 4;
select * from pgq_ext.partial_batch order by 1, 2;
select pgq_ext.is_event_done('c', 1, 10) as forgotten, pgq_ext.is_event_done(a_consumer := 'c', a_batch_id := 2, a_event_id := 10),
       pgq_ext.is_event_done(a_consumer := 'c', a_subconsumer := 's', a_batch_id := 1, a_event_id := 10);
select pgq_ext.set_event_done(a_consumer := 'c', a_subconsumer := 's', a_batch_id := 2, a_event_id := 10);
select * from pgq_ext.completed_event order by 1, 2, 3, 4;
-- Together with the work, or not at all: neither the event nor the room made for it.
begin;
select pgq_ext.set_event_done('c', 3, 1);
rollback;
select * from pgq_ext.completed_event order by 1, 2, 3, 4;
select pgq_ext.set_event_done('c', 3, null);
select pgq_ext.set_event_done('c', null, 3);
select pgq_ext.set_event_done(null, 3, 3);
select * from pgq_ext.partial_batch order by 1, 2;
delete from pgq_ext.completed_event;
delete from pgq_ext.partial_batch;
