-- londiste.find_column_types(tbl): one letter for each live column in order: k for the primary key's, v for others; as the legacy pgq.logtriga
-- takes it. Error: table not found: t.
create or replace function londiste.find_column_types(tbl text)
returns text as $$
declare
    tbl_oid oid := londiste.find_table_oid(tbl);
    res     text;
begin
    if tbl_oid is null then
        raise exception 'table not found: %', tbl;
    end if;
    -- By column number: names in an index do not follow a rename.
    select string_agg(case when a.attnum = any (i.indkey) then 'k' else 'v' end, '' order by a.attnum) into res
        from pg_catalog.pg_attribute a
        left join pg_catalog.pg_index i on i.indrelid = a.attrelid and i.indisprimary
        where a.attrelid = tbl_oid and a.attnum > 0 and not a.attisdropped;
    return res;
end;
$$ language plpgsql strict stable set search_path = pg_catalog, pg_temp;
