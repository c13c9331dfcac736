-- Whole batches.
\set VERBOSITY terse
select pgq_ext.is_batch_done('c', 1);
select pgq_ext.set_batch_done('c', 1);
select pgq_ext.is_batch_done('c', 1), pgq_ext.is_batch_done('c', 2);
select pgq_ext.set_batch_done('c', 1) as again;
-- Only the last one is known; an older one counts as new.
select pgq_ext.set_batch_done('c', 2) as next;
select pgq_ext.is_batch_done('c', 1), pgq_ext.is_batch_done('c', 2);
select pgq_ext.set_batch_done('c', 1) as older;
select * from pgq_ext.completed_batch;
-- No batches.
select pgq_ext.set_batch_done('c', 0) as zero, pgq_ext.set_batch_done('c', -1) as negative, pgq_ext.set_batch_done('c', null) as none,
       pgq_ext.is_batch_done('c', 0), pgq_ext.is_batch_done('c', null) as is_none_done;
select * from pgq_ext.completed_batch;
-- Subconsumers count for themselves, by name.
select pgq_ext.set_batch_done('c', 's1', 7), pgq_ext.set_batch_done('c', 's2', 7), pgq_ext.set_batch_done(a_consumer := 'c', a_subconsumer := 's2', a_batch_id := 7);
select pgq_ext.is_batch_done('c', 's1', 7), pgq_ext.is_batch_done('c', '', 7), pgq_ext.is_batch_done('c', 7), pgq_ext.is_batch_done('c', 's3', 7);
select * from pgq_ext.completed_batch order by 1, 2;
-- Together with the work, or not at all.
begin;
select pgq_ext.set_batch_done(a_consumer := 'c', a_batch_id := 8);
rollback;
select pgq_ext.is_batch_done(a_consumer := 'c', a_batch_id := 8);
select pgq_ext.set_batch_done(null, 9);
select pgq_ext.set_batch_done('c', null, 9);
delete from pgq_ext.completed_batch;
