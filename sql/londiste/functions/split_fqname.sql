-- londiste.split_fqname(i_fqname): schema and name of an unquoted name, split at the first dot; without a dot the schema is "public".
create or replace function londiste.split_fqname(in i_fqname text, out schema_part text, out name_part text)
returns record as $$
begin
    schema_part := case when strpos(i_fqname, '.') > 0 then substr(i_fqname, 1, strpos(i_fqname, '.') - 1) else 'public' end;
    name_part := substr(i_fqname, strpos(i_fqname, '.') + 1);
end;
$$ language plpgsql strict immutable set search_path = pg_catalog, pg_temp;
