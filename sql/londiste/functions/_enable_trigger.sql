-- londiste._enable_trigger(i_table, i_trigger, i_label): enables a trigger, also on the table's partitions, and gives it its comment. Does nothing where all is so.
-- Locks the table (and partitions) in SHARE ROW EXCLUSIVE mode when there is something to enable. Called by: create_trigger.
create or replace function londiste._enable_trigger(i_table oid, i_trigger name, i_label text)
returns void as $$
declare
    trg     record;
begin
    for trg in
        with recursive same as (
            select t.oid, t.tgrelid, t.tgname, t.tgenabled from pg_catalog.pg_trigger t where t.tgrelid = i_table and t.tgname = i_trigger and (not t.tgisinternal or t.tgparentid <> 0)
            union all
            select t.oid, t.tgrelid, t.tgname, t.tgenabled from pg_catalog.pg_trigger t join same s on t.tgparentid = s.oid
        )
        select s.tgrelid, s.tgname from same s where s.tgenabled in ('D', 'R')
    loop
        execute format('alter table %s enable trigger %I', trg.tgrelid::regclass, trg.tgname);
    end loop;
    perform 1
        from pg_catalog.pg_trigger t
        where t.tgrelid = i_table and t.tgname = i_trigger and pg_catalog.obj_description(t.oid, 'pg_trigger') is distinct from i_label;
    if found then
        execute format('comment on trigger %I on %s is %L', i_trigger, i_table::regclass, i_label);
    end if;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
