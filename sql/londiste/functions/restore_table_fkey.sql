-- londiste.restore_table_fkey(i_from_table, i_fkey_name, i_lazy): makes a pending foreign key again. Returns '' when it is there, or was not pending.
-- i_lazy: validation takes long, and making the constraint locks both tables, so the caller does each in a transaction of its own: the function returns
-- the statement to run next, first the constraint, not valid, then its validation; when '' comes back nothing is left to do.
-- Warning: foreign key k of table t cannot be restored: its tables are gone (it is forgotten).
-- Locks the pending_fkeys row; if not lazy, also both tables in SHARE ROW EXCLUSIVE mode. Called by: workers.
create or replace function londiste.restore_table_fkey(i_from_table text, i_fkey_name text, i_lazy boolean default false)
returns text as $$
declare
    fq_table    text := londiste.make_fqname(i_from_table);
    tbl         oid := londiste.find_table_oid(i_from_table);
    fkey        londiste.pending_fkeys;
    is_valid    boolean;
    step        text;
begin
    select * into fkey
        from londiste.pending_fkeys p
        where p.from_table = fq_table and p.fkey_name = i_fkey_name
        for update;
    if not found then
        return '';
    end if;

    if tbl is null or londiste.find_table_oid(fkey.to_table) is null then
        raise warning 'foreign key % of table % cannot be restored: its tables are gone', i_fkey_name, fq_table;
    else
        select c.convalidated or fkey.fkey_def ~ '\m(NOT VALID|NOT ENFORCED)$' into is_valid
            from pg_catalog.pg_constraint c
            where c.conrelid = tbl and c.conname = i_fkey_name;
        if not found then
            -- SkyTools stored it as it read under the path of its session: the other table unqualified where that found it.
            step := regexp_replace(fkey.fkey_def, '( REFERENCES )("([^"]|"")*"|[^".( ]+)\(',
                '\1' || replace(londiste.quote_fqname(fkey.to_table), E'\\', E'\\\\') || '(');
            -- Most servers cannot do that for partitioned tables.
            if i_lazy and step !~ '\m(NOT VALID|NOT ENFORCED)$' and londiste.find_rel_oid(fq_table, 'p') is null then
                return step || ' not valid';
            end if;
        elsif not is_valid then
            step := format('alter table only %s validate constraint %I', londiste.quote_fqname(fq_table), i_fkey_name);
        end if;
        if step is not null and i_lazy then
            return step;
        elsif step is not null then
            execute step;
        end if;
    end if;
    delete from londiste.pending_fkeys p where p.from_table = fq_table and p.fkey_name = i_fkey_name;
    return '';
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
