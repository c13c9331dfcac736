-- londiste.drop_table_fkey(i_from_table, i_fkey_name): drops a foreign key and keeps it in londiste.pending_fkeys. Returns 1, or 0 when there is none.
-- Locks both tables in ACCESS EXCLUSIVE mode. Called by: a worker before it copies a table, each key in a transaction of its own.
create or replace function londiste.drop_table_fkey(i_from_table text, i_fkey_name text)
returns integer as $$
declare
    fkey    record;
begin
    select * into fkey from londiste.find_table_fkeys(i_from_table)
        where fkey_name = i_fkey_name and from_table = londiste.make_fqname(i_from_table);
    if not found then
        return 0;
    end if;
    insert into londiste.pending_fkeys values (fkey.from_table, fkey.to_table, i_fkey_name, fkey.fkey_def)
        on conflict on constraint pending_fkeys_pkey do update
        -- One that is back, but did not hold yet, shall be valid all the same.
        set to_table = excluded.to_table,
            fkey_def = case when excluded.fkey_def = pending_fkeys.fkey_def || ' NOT VALID' then pending_fkeys.fkey_def else excluded.fkey_def end;
    execute 'alter table ' || londiste.quote_fqname(fkey.from_table) || ' drop constraint ' || quote_ident(i_fkey_name);
    return 1;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
