-- londiste.quote_fqname(i_name): quotes a possibly qualified name; split at the first dot, without a dot the schema is "public".
create or replace function londiste.quote_fqname(i_name text)
returns text as $$
begin
    return (select quote_ident(s.schema_part) || '.' || quote_ident(s.name_part) from londiste.split_fqname(i_name) s);
end;
$$ language plpgsql strict immutable set search_path = pg_catalog, pg_temp;
