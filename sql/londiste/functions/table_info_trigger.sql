-- londiste.table_info_trigger(): before a local table is forgotten, its triggers are dropped; also when the whole node goes.
create or replace function londiste.table_info_trigger()
returns trigger as $$
begin
    if OLD.local then
        perform londiste.drop_table_triggers(OLD.queue_name, OLD.table_name);
    end if;
    return OLD;
end;
$$ language plpgsql;
