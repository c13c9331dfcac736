-- londiste.table_info_trigger(): before a local table is forgotten, its triggers are dropped, and what a copy had taken away comes back; also when the
-- whole node goes.
create or replace function londiste.table_info_trigger()
returns trigger as $$
declare
    dest    text := coalesce(OLD.dest_table, OLD.table_name);
begin
    if OLD.local then
        perform londiste.drop_table_triggers(OLD.queue_name, OLD.table_name);
        if OLD.dropped_ddl is not null then
            perform londiste._settle_dropped_ddl(OLD.queue_name, dest, OLD.dropped_ddl);
        end if;
    end if;
    return OLD;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
