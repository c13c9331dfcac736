-- pgq._lock_ticker(i_queue_name, i_data_pfx): one ticker at a time for a queue, until the end of the transaction. Waits for another one; callers bound the
-- wait by lock_timeout. Called by: the tickers, before they read anything that decides.
--
-- Two tickers at once could store ticks whose ids and snapshots are in different order. The lock is taken in a statement of its own, before the statement
-- that takes the tick's snapshot: in read committed that snapshot is then newer than the other ticker's commit. Other isolation levels
-- take one snapshot for the whole transaction and are refused.
--
-- Lock: the parent of the queue's event tables, in SHARE UPDATE EXCLUSIVE mode. Only who may delete from or empty it can take that (an advisory lock is
-- anybody's who may connect). It is no writer's or reader's business: they use the tables below it.
-- Errors: no such queue; queue "q" is locked for ticks: by whom; cannot tick in a % transaction.
create or replace function pgq._lock_ticker(i_queue_name text, i_data_pfx text)
returns void as $$
begin
    if pgq._try_lock_ticker(i_data_pfx) then
        return;
    end if;
    execute pg_catalog.format('lock table only %s in share update exclusive mode', pgq.quote_fqname(i_data_pfx));
exception
    when undefined_table then
        if not exists (select 1 from pgq.queue where queue_name = i_queue_name and queue_data_pfx = i_data_pfx) then
            raise exception 'no such queue';    -- dropped meanwhile
        end if;
        raise;
    when lock_not_available then
        raise exception 'queue "%" is locked for ticks: %', i_queue_name, coalesce(pgq._ticker_lock_holder(i_queue_name), 'no session holds the lock any more')
            using errcode = 'lock_not_available', hint = 'Try again when that transaction has ended.';
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
