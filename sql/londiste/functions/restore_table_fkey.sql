-- londiste.restore_table_fkey(i_from_table, i_fkey_name, i_lazy): puts a waiting foreign key back. '' when done or when there is none.
-- i_lazy: does nothing itself but returns the next statement to run in a transaction of its own: first the constraint not valid, then its validation; the third call returns ''.
create or replace function londiste.restore_table_fkey(i_from_table text, i_fkey_name text, i_lazy boolean default false)
returns text as $$
declare
    fkey        record;
    con         record;
    v_from_table text := londiste.make_fqname(i_from_table);
begin
    select * into fkey from londiste.pending_fkeys p where p.fkey_name = i_fkey_name and p.from_table = v_from_table for update;
    if not found then
        return '';
    end if;
    select c.convalidated into con
        from pg_catalog.pg_constraint c
        where c.conname = i_fkey_name and c.conrelid = londiste.find_table_oid(v_from_table);
    if not found then
        if i_lazy and fkey.fkey_def !~* 'not valid\s*$' and londiste.find_rel_oid(v_from_table, 'p') is null then
            return fkey.fkey_def || ' not valid';
        end if;
        execute fkey.fkey_def;
    elsif not con.convalidated and fkey.fkey_def !~* 'not valid\s*$' then
        if i_lazy then
            return 'alter table only ' || londiste.quote_fqname(v_from_table) || ' validate constraint ' || quote_ident(i_fkey_name);
        end if;
        execute 'alter table only ' || londiste.quote_fqname(v_from_table) || ' validate constraint ' || quote_ident(i_fkey_name);
    end if;
    delete from londiste.pending_fkeys p where p.fkey_name = i_fkey_name and p.from_table = v_from_table;
    return '';
end;
$$ language plpgsql strict;
