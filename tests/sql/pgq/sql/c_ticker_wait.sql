-- Waiting for something to tick: what ends it at once, what it refuses. That a commit ends it is for the isolation tests.
select pgq.create_queue('waited');
select pgq.create_queue('other');
select queue_event_seq::regclass::oid as seq from pgq.queue where queue_name = 'waited' \gset
select queue_event_seq::regclass::oid as other_seq from pgq.queue where queue_name = 'other' \gset

-- nothing new: until the time is over
call pgq.ticker_wait(array[:seq, :other_seq], '{0,0}', 0);
call pgq.ticker_wait(array[:seq], '{0}', 50);
call pgq.ticker_wait('{}', '{}', 1);
-- longer than the distance between its own looks, with nobody to wake it
select clock_timestamp() as before \gset
call pgq.ticker_wait(array[:seq], '{0}', 10500);
select clock_timestamp() - :'before' >= interval '10.5 seconds' as waited_until_the_end;

-- events since the caller looked
select pgq.insert_event('waited', 'type', 'data') as event \gset
call pgq.ticker_wait(array[:other_seq, :seq], '{0,0}', 3600000);
call pgq.ticker_wait(array[:seq], array[:event], 10);
select event_seq = :event as same_position from pgq.ticker_demand_state() where queue_name = 'waited';

-- and which they are
call pgq.ticker_wait_moved(array[:other_seq, :seq, :other_seq], '{0,0,7}', 3600000);
call pgq.ticker_wait_moved(array[:other_seq, :seq], array[0, :event]::bigint[], 10);
call pgq.ticker_wait_moved('{}', '{}', 1);

-- a queue that is gone
select pgq.drop_queue('other');
call pgq.ticker_wait(array[:other_seq], '{0}', 3600000);
call pgq.ticker_wait_moved(array[:seq, :other_seq], array[:event, 0]::bigint[], 3600000);

-- what it refuses
begin;
call pgq.ticker_wait(array[:seq], '{0}', 1);
rollback;
do $$ begin call pgq.ticker_wait('{}', '{}', 1, null); end $$;
call pgq.ticker_wait(null, '{}', 1);
call pgq.ticker_wait('{}', '{}', null);
call pgq.ticker_wait(array[:seq], '{}', 1);
call pgq.ticker_wait(array[:seq], '{null}', 1);
call pgq.ticker_wait(array['pgq.queue'::regclass::oid], '{0}', 1);
begin;
call pgq.ticker_wait_moved(array[:seq], '{0}', 1);
rollback;
call pgq.ticker_wait_moved(array[:seq], null, 1);
call pgq.ticker_wait_moved(array[:seq], '{}', 1);

-- who may
select pg_get_function_arguments(oid), (select string_agg(a.grantee::regrole::text, ' ') from aclexplode(proacl) a where a.grantee <> proowner) as execute
from pg_proc where oid = 'pgq.ticker_wait'::regproc;

-- nothing stays
select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid();
select pgq.drop_queue('waited');
