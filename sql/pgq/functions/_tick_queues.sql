-- pgq._tick_queues(i_only): makes a tick for every queue, neither external nor paused, whose thresholds say so; i_only: for that one alone (NULL: all). One row:
--
-- ticked   how many got a tick
-- queues   how many there are that this is about
-- locked   those that should get a tick and that somebody else keeps from it (see _ticker_lock_holder); nothing waits for them longer than a tenth of a second.
--          With i_only that one, also when no tick is due
-- failed   those that cannot be ticked; why is a warning. Ask pgq.ticker(queue) for the error itself
-- Locks: the ticker lock of each queue. Errors: cannot tick in a % transaction; SQLSTATE 55P03 when somebody has locked a row of pgq.queue that got
-- its turn: then each queue is to be tried by itself. Called by: pgqd, ticker().
--
-- All positions are read before the first tick is stored, and all ticks are stored by one statement, for the transaction ids: see _insert_ticks.
create or replace function pgq._tick_queues(in i_only text, out ticked bigint, out queues bigint, out locked text[], out failed text[])
returns record as $$
declare
    q           pgq.queue;
    event_seq   bigint;
    maybe_ids   integer[];
    due_ids     integer[] := '{}';
    due_seqs    bigint[] := '{}';
begin
    perform pgq._check_tick_isolation();
    ticked := 0;
    locked := '{}';
    failed := '{}';
    select pg_catalog.count(*) into queues from pgq.queue
        where not queue_external_ticker and not queue_ticker_paused and (i_only is null or queue_name = i_only);
    if i_only is null then
        maybe_ids := pgq._queues_near_tick();
    end if;
    for q in
        select * from pgq.queue
        where not queue_external_ticker and not queue_ticker_paused and (i_only is null or queue_name = i_only)
            and (maybe_ids is null or queue_id = any (maybe_ids))
        order by queue_name
    loop
        begin
            if pgq._try_lock_ticker(q.queue_data_pfx) then
                event_seq := pgq._tick_due(q);
                if event_seq is not null then
                    due_ids := due_ids || q.queue_id;
                    due_seqs := due_seqs || event_seq;
                end if;
            else
                locked := locked || q.queue_name;
            end if;
        exception
            when lock_not_available then
                locked := locked || q.queue_name;
            when others then
                -- A queue that was dropped meanwhile needs none.
                if exists (select 1 from pgq.queue now where now.queue_id = q.queue_id) then
                    failed := failed || q.queue_name;
                    raise warning 'no tick for queue "%": %', q.queue_name, sqlerrm;
                end if;
        end;
    end loop;
    if due_ids <> '{}' then
        select pg_catalog.count(*) into ticked from pgq._insert_ticks(due_ids, due_seqs);
        perform pgq._wake_ticker();     -- it notifies of ticks that others make
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '100ms';
