-- pgq._ticker_lock_holder(i_queue_name): who keeps the queue from being ticked: has its ticker lock (see _lock_ticker), or waits for a stronger one. NULL: nobody.
-- For a message: 'process 4711 (user "joe", application "psql", transaction open for 303 s)', 'prepared transaction "x"'.
-- Called by: _lock_ticker, pgqd.
create or replace function pgq._ticker_lock_holder(i_queue_name text)
returns text as $$
    select string_agg(distinct
               case when l.pid is null then coalesce('prepared transaction "' || p.gid || '"', 'a prepared transaction')
               else 'process ' || l.pid || ' (user "' || a.usename || '", application "' || a.application_name || '"'
                    || coalesce(', transaction open for ' || floor(extract(epoch from clock_timestamp() - a.xact_start)) || ' s', '') || ')' end, ', ')
    from pgq.queue q
    join pg_locks l on l.relation = to_regclass(pgq.quote_fqname(q.queue_data_pfx))
        and l.database = (select oid from pg_database where datname = current_database())
    left join pg_stat_activity a on a.pid = l.pid
    left join pg_prepared_xacts p on l.pid is null and l.virtualtransaction = '-1/' || p.transaction
    where q.queue_name = i_queue_name and l.pid is distinct from pg_backend_pid()
        and l.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock');
$$ language sql volatile security definer set search_path = pg_catalog, pg_temp;
