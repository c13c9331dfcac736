-- londiste.truncate_trigger(queue, table): statement trigger that publishes TRUNCATE of a table whose name on the queue is another one.
-- Publishes ev_type R, empty ev_data, ev_extra1 = table, as pgq.sqltriga does with the local name: that one takes no ev_extra1= on
-- TRUNCATE, and the subscribers would not know the table. Does nothing in sessions with session_replication_role = local.
-- Has no search_path of its own: a function that took the place of pgq.insert_event keeps the writer's. Made by londiste.create_trigger.
create or replace function londiste.truncate_trigger()
returns trigger as $$
begin
    if TG_OP operator(pg_catalog.<>) 'TRUNCATE' or TG_NARGS operator(pg_catalog.<>) 2 then
        raise exception 'londiste.truncate_trigger must be fired by TRUNCATE, with queue and table as arguments';
    end if;
    if pg_catalog.current_setting('session_replication_role') operator(pg_catalog.<>) 'local' then
        perform pgq.insert_event(TG_ARGV[0], 'R', '', TG_ARGV[1], null, null, null);
    end if;
    return null;
end;
$$ language plpgsql;
