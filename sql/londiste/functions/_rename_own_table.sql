-- londiste._rename_own_table(i_queue_name, i_old_name, i_new_name): gives this database's table the name that it has on the queue from now on, as its owner, unless another
-- queue of the database has it, too. Returns the name that it has then. Called by: local_rename_table.
create or replace function londiste._rename_own_table(i_queue_name text, i_old_name text, i_new_name text)
returns text as $$
declare
    old     constant record := londiste.split_fqname(i_old_name);
    new     constant record := londiste.split_fqname(i_new_name);
    tbl     constant oid := londiste.find_table_oid(i_old_name);
    role    constant text := pg_catalog.current_setting('role');
begin
    if tbl is null and londiste.find_table_oid(i_new_name) is not null then
        return i_new_name;
    elsif tbl is null then
        raise exception 'table "%" cannot be renamed to "%": it does not exist', i_old_name, i_new_name;
    elsif exists (
        select 1 from londiste.table_info t where t.queue_name <> i_queue_name and t.local and coalesce(t.dest_table, t.table_name) = i_old_name)
    then
        return i_old_name;
    end if;
    if new.schema_part <> old.schema_part then
        perform londiste._create_schema_like(new.schema_part, old.schema_part);
    end if;
    perform pg_catalog.set_config('role', pg_catalog.pg_get_userbyid(c.relowner), true) from pg_catalog.pg_class c where c.oid = tbl;
    if new.schema_part <> old.schema_part then
        execute pg_catalog.format('alter table %s set schema %I', tbl::pg_catalog.regclass, new.schema_part);
    end if;
    if new.name_part <> old.name_part then
        execute pg_catalog.format('alter table %s rename to %I', tbl::pg_catalog.regclass, new.name_part);
    end if;
    perform pg_catalog.set_config('role', role, true);
    -- Foreign keys that wait for the end of copies tell names.
    update londiste.pending_fkeys p
        set from_table = i_new_name,
            fkey_def = replace(p.fkey_def, londiste.quote_fqname(i_old_name) || ' add constraint', londiste.quote_fqname(i_new_name) || ' add constraint')
        where p.from_table = i_old_name;
    update londiste.pending_fkeys p
        set to_table = i_new_name,
            fkey_def = replace(p.fkey_def, 'REFERENCES ' || londiste.quote_fqname(i_old_name) || '(', 'REFERENCES ' || londiste.quote_fqname(i_new_name) || '(')
        where p.to_table = i_old_name;
    return i_new_name;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
