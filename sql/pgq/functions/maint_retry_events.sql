-- pgq.maint_retry_events(): moves at most ten due events of the retry queue back into their queues. Returns how many; call again until 0.
-- Locks pgq.retry_queue in SHARE UPDATE EXCLUSIVE mode: one mover at a time.
create or replace function pgq.maint_retry_events()
returns integer as $$
declare
    cnt integer := 0;
    rec record;
begin
    lock table pgq.retry_queue in share update exclusive mode;
    for rec in
        select q.queue_name, r.ev_id, r.ev_time, r.ev_owner, r.ev_retry, r.ev_type, r.ev_data, r.ev_extra1, r.ev_extra2, r.ev_extra3, r.ev_extra4
        from pgq.retry_queue r
        join pgq.queue q on q.queue_id = r.ev_queue
        where r.ev_retry_after <= current_timestamp
        order by r.ev_retry_after
        limit 10
    loop
        cnt := cnt + 1;
        perform pgq.insert_event_raw(rec.queue_name, rec.ev_id, rec.ev_time, rec.ev_owner, rec.ev_retry, rec.ev_type, rec.ev_data,
                                     rec.ev_extra1, rec.ev_extra2, rec.ev_extra3, rec.ev_extra4);
        delete from pgq.retry_queue where ev_owner = rec.ev_owner and ev_id = rec.ev_id;
    end loop;
    return cnt;
end;
$$ language plpgsql;
