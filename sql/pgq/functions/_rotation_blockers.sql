-- pgq._rotation_blockers(i_queue_name): what keeps the queue's event tables from being rotated now, a row for each; none when the next rotation may go ahead. The rules
-- are those of maint_rotate_tables_step1.
--
-- subject   who: 'consumer c', 'process 4711', 'prepared transaction g', 'ticks', 'step 2'
-- message   in words, with since when and how much
-- hint      what to do
-- Called by: maint_rotation_check. Sees what its owner may see of other sessions.
create or replace function pgq._rotation_blockers(in i_queue_name text, out subject text, out message text, out hint text)
returns setof record as $$
declare
    q           pgq.queue;
    newest      record;
    step2       xid;
    prev_table  regclass;
    next_table  regclass;
    r           record;
begin
    select * into q from pgq.queue where queue_name = i_queue_name;
    if not found then
        return;
    end if;
    if q.queue_switch_step2 is null then
        subject := 'step 2';
        message := format('the rotation that was begun at %s has not been completed', to_char(q.queue_switch_time, 'YYYY-MM-DD HH24:MI:SS TZ'));
        hint := 'A running pgqd completes it. If pgqd is running, another session has locked the queue''s row in pgq.queue: see pg_locks.';
        return next;
        return;
    end if;
    -- What is as old as step 2 has at least its age.
    step2 := (q.queue_switch_step2 & 4294967295)::text::xid;
    prev_table := to_regclass(pgq.quote_fqname(q.queue_data_pfx || '_' || (q.queue_cur_table + q.queue_ntables - 1) % q.queue_ntables));
    next_table := to_regclass(pgq.quote_fqname(q.queue_data_pfx || '_' || (q.queue_cur_table + 1) % q.queue_ntables));
    select t.tick_id, t.tick_time, t.tick_event_seq, txid_snapshot_xmin(t.tick_snapshot) as xmin into newest
        from pgq.tick t where t.tick_queue = q.queue_id order by t.tick_queue desc, t.tick_id desc limit 1;

    if newest.xmin > q.queue_switch_step2 then
        for r in
            select c.co_name, s.sub_active, t.tick_id, t.tick_time, newest.tick_event_seq - t.tick_event_seq as behind
            from pgq.subscription s
            join pgq.consumer c on c.co_id = s.sub_consumer
            join pgq.tick t on t.tick_queue = s.sub_queue and t.tick_id = s.sub_last_tick
            where s.sub_queue = q.queue_id and txid_snapshot_xmin(t.tick_snapshot) <= q.queue_switch_step2
            order by t.tick_id, c.co_name
            limit 20
        loop
            subject := 'consumer ' || r.co_name;
            message := format('consumer "%s" stands at tick %s of %s, %s events behind, and was active last at %s',
                              r.co_name, r.tick_id, to_char(r.tick_time, 'YYYY-MM-DD HH24:MI:SS TZ'), r.behind, to_char(r.sub_active, 'YYYY-MM-DD HH24:MI:SS TZ'));
            hint := format('If the consumer is still needed, start it and let it catch up. If not: select pgq.unregister_consumer(%L, %L);', i_queue_name, r.co_name);
            return next;
        end loop;
    end if;

    for r in
        select a.pid, a.usename, a.application_name, a.datname, coalesce(a.state, 'state not known') as state, coalesce(a.xact_start, a.backend_start) as since,
               age(a.backend_xid) >= age(step2) as writes
        from pg_stat_activity a
        where a.pid <> pg_backend_pid()
            and (-- ticks, and so consumers, do not get past a transaction that has written, in whatever database
                 (age(a.backend_xid) >= age(step2) and (newest.xmin is null or newest.xmin <= q.queue_switch_step2))
                 -- one that may write to the previous table
                 or (a.datname = current_database() and age(a.backend_xmin) >= age(step2) and coalesce(a.backend_type, '') <> 'autovacuum worker'
                     and (coalesce(a.backend_type, '') <> 'walsender' or a.xact_start is not null))
                 or exists (select 1 from pg_locks l
                            where l.pid = a.pid and l.database = (select d.oid from pg_database d where d.datname = current_database())
                                and a.xact_start < clock_timestamp() - interval '10 seconds'
                                and (l.relation = next_table
                                     or (l.relation = prev_table and l.mode not in ('AccessShareLock', 'RowShareLock', 'ShareLock')))))
        order by since, a.pid
        limit 20
    loop
        subject := 'process ' || r.pid;
        message := format('process %s (user "%s", application "%s", database "%s", %s) has had a transaction open since %s%s', r.pid, r.usename, r.application_name,
                          r.datname, r.state, to_char(r.since, 'YYYY-MM-DD HH24:MI:SS TZ'), case when r.writes then ', which has written' else '' end);
        hint := format('End that transaction: select pg_terminate_backend(%s);', r.pid);
        return next;
    end loop;

    for r in
        select p.gid, p.prepared, p.owner, p.database
        from pg_prepared_xacts p
        where (age(p.transaction) >= age(step2) and (newest.xmin is null or newest.xmin <= q.queue_switch_step2))
            or exists (select 1 from pg_locks l
                       where l.pid is null and l.virtualtransaction = '-1/' || p.transaction and p.database = current_database()
                           and (l.relation = next_table
                                or (l.relation = prev_table and l.mode not in ('AccessShareLock', 'RowShareLock', 'ShareLock'))))
        order by p.prepared, p.gid
        limit 20
    loop
        subject := 'prepared transaction ' || r.gid;
        message := format('transaction "%s" of user "%s" in database "%s" has been prepared since %s', r.gid, r.owner, r.database, to_char(r.prepared, 'YYYY-MM-DD HH24:MI:SS TZ'));
        hint := format('In that database: commit prepared %L; or: rollback prepared %L;', r.gid, r.gid);
        return next;
    end loop;

    if subject is null and (newest.xmin is null or newest.xmin <= q.queue_switch_step2) then
        subject := 'ticks';
        message := format('the queue has had no tick since %s', coalesce(to_char(newest.tick_time, 'YYYY-MM-DD HH24:MI:SS TZ'), 'it was created'));
        hint := case when q.queue_external_ticker then 'The worker of this node copies the ticks: is it running?'
                     when q.queue_ticker_paused then 'The ticker is paused for this queue: select pgq.set_queue_config(''' || i_queue_name || ''', ''ticker_paused'', ''false'');'
                     else 'Is pgqd running?' end;
        return next;
    end if;
end;
$$ language plpgsql security definer set search_path = pg_catalog, pg_temp;
