-- pgq.current_event_table(x_queue_name): the table that events go to now, for direct INSERT or COPY in this transaction.
-- Errors: Event queue not found; Writing to queue disabled (unless session_replication_role = replica).
create or replace function pgq.current_event_table(x_queue_name text)
returns text as $$
declare
    res     text;
    disable boolean;
begin
    select queue_data_pfx || '_' || queue_cur_table::text, queue_disable_insert into res, disable
    from pgq.queue where queue_name = x_queue_name;
    if not found then
        raise exception 'Event queue not found';
    end if;
    if disable and current_setting('session_replication_role') <> 'replica' then
        raise exception 'Writing to queue disabled';
    end if;
    return res;
end;
$$ language plpgsql;
