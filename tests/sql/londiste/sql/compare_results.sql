-- What comparisons have found.
\set VERBOSITY terse
select ret_code from pgq_node.register_location('q_cmp', 'top', 'dbname=top', false);
select ret_code from pgq_node.register_location('q_cmp', 'leaf', 'dbname=leaf', false);
select ret_code from pgq_node.create_node('q_cmp', 'leaf', 'leaf', 'worker', 'top', 1, null);
create table cmp (id int primary key);
select ret_code from londiste.global_add_table('q_cmp', 'public.cmp');
select * from londiste.local_set_compare_result('q_cmp', 'cmp', '{"equal": true}');
select ret_code from londiste.local_add_table('q_cmp', 'public.cmp', array['expect_sync']);

select * from londiste.local_set_compare_result('q_cmp', 'cmp', '{"compared_with": "top", "equal": false, "tick_id": 7, "tick_time": "2020-01-01 08:00:00+00", "rows_there": 10, "rows_here": 11,
    "missing": 1, "extra": 2, "changed": 3, "more": true, "seconds": 0.5, "queue_name": "other"}');
select queue_name, table_name, compared_with, compared_at = now() as now, equal, tick_id, rows_there, rows_here, missing, extra, changed, more, reason, seconds from londiste.get_compare_results('q_cmp');
-- A table that is equal lacks nothing that was missing at the tick.
select ret_code from londiste.local_add_missing_rows('q_cmp', 'cmp', 1, 0, 'id=4');
select * from londiste.local_set_compare_result('q_cmp', 'cmp', '{"equal": true, "tick_time": "2020-01-01 08:00:00+00"}');
select count(*) from londiste.get_missing_rows('q_cmp');
select * from londiste.local_set_compare_result('q_cmp', 'cmp', '{"equal": true, "tick_time": "2999-01-01 08:00:00+00"}');
select count(*) from londiste.get_missing_rows('q_cmp');
select equal, more from londiste.get_compare_results('q_cmp');
select * from londiste.local_set_compare_result('q_cmp', 'cmp', '{"reason": "no key"}');
select equal, reason from londiste.get_compare_results('q_cmp');
-- It is of the rows that are there.
select ret_code from londiste.local_set_table_state('q_cmp', 'public.cmp', null, 'in-copy');
select count(*) from londiste.get_compare_results('q_cmp');
select ret_code from londiste.local_set_table_state('q_cmp', 'public.cmp', null, 'ok');
select * from londiste.local_set_compare_result('q_cmp', 'cmp', null);
select count(*) from londiste.get_compare_results('q_cmp');
select ret_code from londiste.local_set_compare_result('q_cmp', 'cmp', '{"equal": true}');
select ret_code from londiste.local_remove_table('q_cmp', 'public.cmp');
select count(*) from londiste.compare_result;
select ret_code from londiste.local_set_compare_result('q_cmp', 'nosuch', null);

-- One that is killed can be resumed, by the same command only, and until it has ended.
select ret_code, ret_note, run_id as first_run from londiste.local_begin_comparison('q_cmp', 'compare', true) \gset
\echo :ret_code :ret_note
select ret_code, ret_note ~ '^Comparison of .*[0-9].* goes on$' as note, run_id = :'first_run' as same from londiste.local_begin_comparison('q_cmp', 'compare', true);
select ret_code, run_id = :'first_run' as same from londiste.local_begin_comparison('q_cmp', 'compare a', true);
select ret_code, ret_note, run_id as next_run, run_id = :'first_run' as same from londiste.local_begin_comparison('q_cmp', 'compare', false) \gset
\echo :ret_code :ret_note :same
select * from londiste.local_end_comparison('q_cmp', :'first_run');
select count(*) from londiste.compare_run where run_id = :'next_run';
select * from londiste.local_end_comparison('q_cmp', :'next_run');
update londiste.compare_run set started_at = now() - interval '2 months';
select ret_code from londiste.local_begin_comparison('q_cmp', 'compare b', true);
select command from londiste.compare_run;
select ret_code from londiste.local_begin_comparison('q_none', 'compare', false);
drop table cmp;
select ret_code from pgq_node.drop_node('q_cmp', 'leaf');
select count(*) from londiste.compare_run;
