-- pgq.maint_rotation_check(): tells what keeps queues from being rotated that should have been, at twice their rotation period: as conditions of kind
-- rotation_blocked, one for each blocker, and what has changed about them since the last call as rows:
--
-- more      0: need not be called again at once
-- change    1 new, 2 changed, -1 ended; what is the same is not told
-- Called by: pgqd, through maint_operations.
create or replace function pgq.maint_rotation_check(
    out more integer, out queue_name text, out change integer, out subject text, out message text, out hint text)
returns setof record as $$
declare
    q       pgq.queue;
    c       record;
    size    text;
    overdue boolean;
    told    text[];
begin
    more := 0;
    for q in select * from pgq.queue order by pgq.queue.queue_name loop
        queue_name := q.queue_name;
        overdue := q.queue_switch_time + 2 * q.queue_rotation_period < now();
        told := '{}';
        if overdue then
            begin
                select pg_size_pretty(sum(pg_total_relation_size(pgq.quote_fqname(q.queue_data_pfx || '_' || nr)::regclass))) into size
                    from generate_series(0, q.queue_ntables - 1) nr;
            exception
                when lock_not_available or undefined_table then
                    size := null;
            end;
            for c in select b.subject, b.message, b.hint from pgq._rotation_blockers(q.queue_name) b loop
                subject := c.subject;
                message := format('event tables of queue "%s" were rotated last at %s%s: %s', q.queue_name, to_char(q.queue_switch_time, 'YYYY-MM-DD HH24:MI:SS TZ'),
                                  coalesce(' and hold ' || size, ''), c.message);
                hint := c.hint;
                change := pgq.set_condition(q.queue_name, 'rotation_blocked', subject, 'warning', message, hint);
                told := told || subject;
                if change > 0 then
                    return next;
                end if;
            end loop;
        end if;
        for c in
            select old.subject, old.message from pgq.condition old
            where old.queue_name = q.queue_name and old.kind = 'rotation_blocked' and old.subject <> all (told)
            order by old.subject
        loop
            perform pgq.clear_condition(q.queue_name, 'rotation_blocked', c.subject);
            subject := c.subject;
            message := c.message;
            hint := null;
            change := -1;
            return next;
        end loop;
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '1s';
